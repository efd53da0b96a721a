"""The second pass of a rehearsal: the patients of one part are decided.

Where all orders of a patient surely name other drugs, that is the decision, whatever else the chart
holds. Everything that files say of any other patient is read, decided, and what the decision rests
on is judged by its release's rules.
"""

from collections.abc import Iterable, Iterator

from alerts.detection.decide import decide
from alerts.domain.assembly import assemble, charts
from alerts.domain.chart import Chart, ResourceKey
from alerts.domain.decision import Decision
from alerts.fhir.glance import Glance
from alerts.files.scratch import JOINED, Glimpse, Told, glimpses, part
from alerts.files.shared import Shared
from alerts.pathway.kin import Kin
from alerts.pathway.rehearsal import Found, Run, tripped_over
from alerts.pathway.reread import Reread

Seen = dict[ResourceKey, list[Glimpse]]


def decide_part(run: Run, number: int, glance: Glance, kin: Kin) -> list[Found]:
    """Decide the patients of one part, but for those who may be others, too."""
    read: dict[ResourceKey, list[Told]] = {}
    for told in part(run.folder, str(number)):
        if told.record.patient and told.record.patient not in kin:
            read.setdefault(told.record.patient, []).append(told)
    seen: Seen = {}
    for each in glimpses(run.folder, str(number)):
        if each.patient not in kin:
            seen.setdefault(each.patient, []).append(each)
    reread = Reread(run, glance)
    index = Shared(run.folder, reread.follow)
    settled = _settled({key: mine for key, mine in seen.items() if key not in read}, index)
    found = _settled_found(run, settled)
    for patient in (read.keys() | seen.keys()) - settled.keys():
        found += _open(run, read.get(patient, []), seen.get(patient, []), index, reread)
    index.close()
    return [*reread.unread, *sorted(found, key=lambda each: each.patient)]


def decide_kin(run: Run, number: int, glance: Glance, kin: Kin) -> list[Found]:
    """Decide those of one part who may be others of it, all that is said of them read together."""
    name = f"{JOINED}{number}"
    read: dict[ResourceKey, list[Told]] = {}
    for told in part(run.folder, name):
        if told.record.patient:
            read.setdefault(kin[told.record.patient], []).append(told)
    seen: Seen = {}
    for each in glimpses(run.folder, name):
        seen.setdefault(kin[each.patient], []).append(each)
    reread = Reread(run, glance)
    index = Shared(run.folder, reread.follow)
    found: list[Found] = []
    for root in sorted(read.keys() | seen.keys()):
        found += _open(run, read.get(root, []), seen.get(root, []), index, reread)
    index.close()
    return [*reread.unread, *found]


def _settled(seen: Seen, index: Shared) -> Seen:
    """The patients of whom no order could make an alert."""
    return {
        patient: mine
        for patient, mine in seen.items()
        if all(each.is_settled and index.are_other(each.products) for each in mine)
    }


def _settled_found(run: Run, settled: Seen) -> list[Found]:
    nobody = ResourceKey(type="Patient", id="")
    decision = decide(assemble(nobody, ()), run.rules, run.at.date())
    return [
        Found(
            file=_file(mine),
            patient=str(patient),
            decision=decision,
            problems=(),
            is_skimmed=True,
        )
        for patient, mine in settled.items()
    ]


def _file(mine: list[Glimpse]) -> int:
    """Where the patient stands, by its newest statement, else the first that is about it."""
    if len(mine) == 1:
        return mine[0].place.file
    newest: Glimpse | None = None
    mine = sorted(mine, key=lambda each: (each.place.file, each.place.offset))
    for each in mine:
        if each.version and (
            newest is None or newest.version is None or each.version.supersedes(newest.version)
        ):
            newest = each
    return (newest or mine[0]).place.file


def _open(
    run: Run, read: list[Told], seen: list[Glimpse], index: Shared, reread: Reread
) -> list[Found]:
    """Decide one patient, with all that may matter of what was only seen read again."""
    own = [*read, *reread.of_patient(seen)]
    places = [(told.file, told.offset) for told in own]
    places += [(each.place.file, each.place.offset) for each in seen]
    first, _ = min(places)
    held = _newest(own)
    borrowed = index.reached([told.record for told in held.values()])
    told = _newest([*held.values(), *borrowed.values()])
    decided = charts(each.record for each in told.values())
    return [_decided(run, chart, told, first, reread) for chart in decided]


def _newest(all_told: Iterable[Told]) -> dict[ResourceKey, Told]:
    """What was last told of each resource, as if it had come in the order of the files.

    Three statements of which only some bear a stamp have no order of their own.
    """
    known: dict[ResourceKey, Told] = {}
    for told in sorted(all_told, key=_place):
        held = known.get(told.record.key)
        if held is None or told.record.version.supersedes(held.record.version):
            known[told.record.key] = told
    return known


def _place(told: Told) -> tuple[int, int]:
    return told.record.version.arrival, told.record.version.position


def _decided(
    run: Run, chart: Chart, told: dict[ResourceKey, Told], first: int, reread: Reread
) -> Found:
    places = (told[key].file for key in (chart.patient,) if key in told)
    try:
        decision = decide(chart, run.rules, run.at.date())
    except Exception as error:  # one chart must not stop the run
        file = next(places, first)
        return Found(file=file, patient=str(chart.patient), problems=(tripped_over(error),))
    speaking = sorted(
        {key: told[key] for key in _keys(chart) if key in told}.values(),
        key=_place,
    )
    ordered = (told[key].file for key in decision.orders if key in told)
    judged = reread.judged(told, _rests_on(chart, decision))
    return Found(
        file=next(ordered, next(places, first)),
        patient=str(chart.patient),
        decision=decision,
        problems=tuple(
            dict.fromkeys(
                it for each in speaking for it in judged.get(each.record.key, each.problems)
            )
        ),
    )


def _keys(chart: Chart) -> Iterator[ResourceKey]:
    yield chart.patient
    for own in (chart.orders, chart.events, chart.products, chart.clinicians):
        yield from (key for key, _ in own)


def _rests_on(chart: Chart, decision: Decision) -> set[ResourceKey]:
    """The patient, the orders, their Medications, and whatever shows a reason."""
    shown = {it.resource for finding in decision.findings for it in finding.evidence}
    products = {order.product for key, order in chart.orders if key in decision.orders}
    return {chart.patient, *decision.orders, *shown, *(each for each in products if each)}
