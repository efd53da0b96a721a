"""Celery: the steps as tasks, their schedule and their start. `alerts` does not know this package."""
