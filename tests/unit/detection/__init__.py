"""Tests of alerts.detection."""
