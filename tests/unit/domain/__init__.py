"""Tests of alerts.domain."""
