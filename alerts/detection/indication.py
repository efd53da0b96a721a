"""The indication: which cancers a chart has on record, in the feed's words. Pure.

Orders rarely say what they are for, so a letter names the confirmed diagnoses and leaves the choice
to whoever signs it.
"""

from collections.abc import Iterator

from alerts.detection.criteria.fertility_codes import Lookup
from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart, ResourceKey
from alerts.domain.referral import Diagnosis

MOST = 3
"""A letter has one page: so many diagnoses, the newest."""


def indications(chart: Chart, rules: Rules) -> tuple[Diagnosis, ...]:
    """The confirmed cancers of the chart, the newest first, the same one once."""
    cancer = Lookup(rules.local_codes, rules.cancer_diagnosis)
    found = [each for key, event in chart.events for each in _of(key, event, cancer)]
    found.sort(key=lambda each: str(each.on or ""), reverse=True)
    by_code = {(each.coding.system, each.coding.code): each for each in reversed(found)}
    return tuple(each for each in found if each in by_code.values())[:MOST]


def _of(key: ResourceKey, event: CareEvent, cancer: Lookup) -> Iterator[Diagnosis]:
    if event.kind is not CareKind.CONDITION or event.state is not CareState.DONE:
        return
    for concept in event.concepts:
        for coding in concept.codings:
            if cancer.members((coding,)):
                text = concept.text.strip() or coding.display.strip()
                yield Diagnosis(resource=key, coding=coding, text=text, on=event.on)
                return
