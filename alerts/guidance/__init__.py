"""Guidance: what an alert says at length: on its page, in the letter, in the leaflet."""
