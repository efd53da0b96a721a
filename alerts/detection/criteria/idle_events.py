"""Does an event surely say nothing? Then no decision can rest on it, nor miss it.

Most of a chart is results of laboratories and vital signs, whose codes and words stand in no value
set. A reader of many charts may pass over them.
"""

from dataclasses import fields

from alerts.detection.criteria.fertility_codes import Lookup, Words, codings_of
from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent
from alerts.domain.codes import ValueSet


class IdleEvents:
    """Tells events of which no code and no word stands in any value set."""

    def __init__(self, rules: Rules) -> None:
        told = (getattr(rules, each.name) for each in fields(rules))
        value_sets = [each for each in told if isinstance(each, ValueSet)]
        self._codes = Lookup(rules.local_codes, *value_sets)
        self._local_codes = rules.local_codes
        self._words = tuple(Words(each) for each in value_sets)

    def __call__(self, event: CareEvent) -> bool:
        """Whether the event's codes and words say nothing; its people are not looked at."""
        codings = codings_of((*event.concepts, *event.services))
        is_coded = bool(self._codes.members(codings)) or any(
            self._local_codes.find(each) is not None for each in codings
        )
        return not is_coded and not any(words.members(event) for words in self._words)
