"""Tests of alerts.audit."""
