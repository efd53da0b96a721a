"""house rules: see docs/architecture.md."""
