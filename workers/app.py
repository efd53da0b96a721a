"""The Celery application: settings of the broker, a queue a step, and the schedule."""

from celery import Celery
from kombu.entity import Queue

from alerts.queue import STEPS, broker_settings
from alerts.settings import from_process
from workers.schedule import SCHEDULE

app = Celery("oncofertility", include=["workers.tasks", "workers.startup"])
app.conf.update(broker_settings(from_process().redis_url))
app.conf.update(
    task_queues=[Queue(step, routing_key=step) for step in STEPS],
    task_default_queue="sweep",
    beat_schedule=SCHEDULE,
    timezone="UTC",
)
