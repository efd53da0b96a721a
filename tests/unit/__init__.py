"""unit: see docs/architecture.md."""
