"""Promises about who may: what the repositories of signing in and of rights do for the steps."""

from typing import Protocol
from uuid import UUID

from alerts.domain.chart import PatientId
from alerts.domain.rights import Thing, Whose


class Reach(Protocol):
    """Whose patients somebody's are, as the rows tell."""

    def chart_of(self, thing: Thing, wanted: UUID) -> PatientId | None:
        """The chart in which it stands; None when there is no such thing."""

    def reaches(self, whose: Whose | None, chart: PatientId) -> bool:
        """Whether the chart is one of that person's patients."""
