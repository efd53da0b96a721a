"""integration: see docs/architecture.md."""
