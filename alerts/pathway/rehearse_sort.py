"""The first pass of a rehearsal: pieces of files are looked at, and sorted by patient.

A document whose orders can be told from its skeleton is only skimmed: what was seen of them is
kept, and where the document stands. Any other is read in full at once.
"""

from alerts.domain.problem import Problem
from alerts.errors import Refused
from alerts.fhir.glance import Glance
from alerts.fhir.problems import problem_of
from alerts.fhir.reader import Reader
from alerts.fhir.skim import Skimmed, skim
from alerts.files.scratch import Glimpse, Place, Pointer, Sorter
from alerts.files.sources import BROKEN, JSON, Piece, Statement, can_be_found_again, statements
from alerts.pathway.kin import kin_of
from alerts.pathway.rehearsal import Found, Run, told_of, tripped_over, unreadable


def sort(run: Run, batch: tuple[Piece, ...], glance: Glance) -> list[Found]:
    """Look at these pieces and sort what they say; gives what could not be read."""
    unread: list[Found] = []
    name = f"{batch[0].number}-{batch[0].start}"
    with Sorter(run.folder, run.parts, name) as sorter:
        for piece in batch:
            try:
                for statement in statements(piece):
                    skimmed = None if run.is_validating else _skimmed(run, piece, statement, glance)
                    if skimmed:
                        _keep(skimmed, _place(piece, statement), sorter)
                    else:
                        unread += _read(run, piece, statement, sorter)
            except BROKEN as error:
                unread.append(Found(file=piece.number, problems=(unreadable(error),)))
    return unread


def _skimmed(run: Run, piece: Piece, statement: Statement, glance: Glance) -> Skimmed | None:
    if statement.media_type != JSON:
        return None
    try:
        return skim(run.submission(piece.number, statement), glance)
    except Exception:  # the full reader finds out, and tells, what is wrong with it
        return None


def _place(piece: Piece, statement: Statement) -> Place:
    body = b"" if can_be_found_again(piece.path) else statement.body
    return Place(file=piece.number, offset=statement.offset, body=body)


def _keep(skimmed: Skimmed, place: Place, sorter: Sorter) -> None:
    if skimmed.patient:
        sorter.add_glimpse(
            Glimpse(
                patient=skimmed.patient,
                is_settled=skimmed.is_settled,
                products=skimmed.products,
                version=skimmed.version,
                place=place,
                identifiers=skimmed.identifiers,
            )
        )
    for each in skimmed.shared:
        sorter.add_pointer(
            Pointer(key=each.key, version=each.version, is_other=each.is_other, place=place)
        )


def _read(run: Run, piece: Piece, statement: Statement, sorter: Sorter) -> list[Found]:
    try:
        reader = Reader(run.submission(piece.number, statement))
        is_last = run.is_validating or not can_be_found_again(piece.path)
        reading = reader.reading(is_judged=is_last)
    except Refused as error:
        problems: tuple[Problem, ...] = (problem_of(error),)
    except Exception as error:  # its cause is the file, and one document must not stop the run
        problems = (tripped_over(error),)
    else:
        told, problems = told_of(reading, piece.number, statement.offset)
        for each in told:
            sorter.add(each)
            for kinship in kin_of(each.record):
                sorter.add_kinship(kinship)
    return run.unread(piece.number, statement.offset, problems)
