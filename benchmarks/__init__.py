"""Benchmarks: how fast it is, beside what cannot be faster; see benchmarks/README.md."""
