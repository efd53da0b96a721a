"""Persistence against a real PostgreSQL."""
