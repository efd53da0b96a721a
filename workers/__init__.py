"""Celery: the steps as tasks, their schedule and their start. `alerts` knows nothing of it."""
