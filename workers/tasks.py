"""The steps as Celery tasks. A task carries nothing: the worker that hears it asks the rows."""

from celery import shared_task

from alerts.pathway import sweep as sweeping
from alerts.pathway.assess import assess_due
from alerts.pathway.notify import notify_due
from alerts.pathway.recover import BATCH
from alerts.pathway.seal import seal_and_witness
from workers.startup import tools


@shared_task(name="assess")
def assess() -> None:
    """Assess a batch of waiting deliveries; while there are more, ask to be rung again.

    One batch a ring: so mail that is due gets its turn between two batches.
    """
    if assess_due(tools()):
        tools().bell.ring("assess")


@shared_task(name="notify")
def notify() -> None:
    """Send due notices; while there are more, ask to be rung again."""
    if notify_due(tools()):
        tools().bell.ring("notify")


@shared_task(name="sweep")
def sweep() -> None:
    """Ask again for whatever waits, leave a mark of life, and tell the dead man outside.

    After a whole batch of charts, ask to be rung again.
    """
    if sweeping.sweep(tools()) >= BATCH:
        tools().bell.ring("sweep")


@shared_task(name="seal")
def seal() -> None:
    """Seal the audit trail, and tell the witnesses."""
    seal_and_witness(tools())
