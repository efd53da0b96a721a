"""Words: every coded value that a person may meet has words."""

import pytest

from alerts.domain.actor import Role
from alerts.domain.alert import AlertStatus, Move, OverrideReason
from alerts.domain.charge import Why
from alerts.domain.chart import Gender
from alerts.domain.decision import Answer, Outcome, Priority, Question, Reason
from alerts.domain.directory import Duty
from alerts.domain.first_dose import DoseSource
from alerts.domain.notice import NoticeStatus, Occasion
from alerts.domain.recipient import Channel, Detour, RecipientKind
from alerts.domain.selection import Share
from alerts.domain.submission import Disposition, EntryFate
from alerts.domain.timetable import Aim, StepKind
from alerts.web import words

SAID = (
    Reason,
    Question,
    Answer,
    Outcome,
    Priority,
    AlertStatus,
    Move,
    OverrideReason,
    Detour,
    NoticeStatus,
    Occasion,
    Channel,
    RecipientKind,
    EntryFate,
    Disposition,
    Gender,
    Role,
    DoseSource,
    Why,
    Aim,
    StepKind,
    Duty,
    Share,
)
NEVER = ("infertil", "attack", "will damage", "must stop", "delay")


@pytest.mark.parametrize("kind", SAID)
def test_every_value_has_its_own_words(kind):
    said = [words.said(value) for value in kind]
    assert len(set(said)) == len(said)
    assert all(text or value is Detour.NONE for value, text in zip(kind, said, strict=True))


def test_equal_codes_of_two_lists_keep_their_own_words():
    assert words.said(Reason.TREATMENT_AHEAD) != words.said(Question.TREATMENT_AHEAD)


@pytest.mark.parametrize("kind", SAID)
def test_no_words_claim_more_than_the_sources_do(kind):
    said = " ".join(words.said(value) for value in kind).casefold()
    assert not [claim for claim in NEVER if claim in said]
