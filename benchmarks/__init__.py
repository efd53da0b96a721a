"""benchmarks: see docs/architecture.md."""
