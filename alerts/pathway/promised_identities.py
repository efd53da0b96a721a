"""Promises of the room that keeps whose records stand in whose chart."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId, Record, ResourceKey
from alerts.domain.identity import Place


class Identities(Protocol):
    """Which patients share a chart."""

    def told(
        self, feed: FeedId, merged: Iterable[Record], trusted: Collection[str]
    ) -> tuple[Place, ...]:
        """Write what these merged records say of who is who; gives every patient of a chart of
        which anything changes. Nobody has moved yet: `put` does that. Ask under the lock.
        """

    def trust_anew(self, trusted: Collection[str], limit: int) -> tuple[Place, ...] | None:
        """Bring some of what is trusted in step with the policy, as `told` does; None when all is.

        Holds whoever it gives.
        """

    def put(self, places: Iterable[Place], *, audit: Iterable[AuditEvent]) -> None:
        """Move patients, and the alerts raised for them, to where they stand from now on.

        A chart with two live alerts is refused by the unique key.
        """

    def chart_of_each(self, some: Iterable[PatientId]) -> Mapping[PatientId, PatientId]:
        """In whose chart each of these stands."""

    def charts_of(self, some: Iterable[PatientId]) -> tuple[PatientId, ...]:
        """In whose charts these stand, each once, in a fixed order."""

    def feeds_of(self, chart: PatientId) -> tuple[FeedId, ...]:
        """The feeds whose patients stand in that chart."""

    def doubtful(self, feed: FeedId, keys: Iterable[ResourceKey]) -> frozenset[ResourceKey]:
        """Those of these who bear an identifier that belongs to different patients."""
