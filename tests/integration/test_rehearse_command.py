"""`oncofertility rehearse` on a real database: what other rules would change, and nothing else."""

import hashlib
import json
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from alerts import wiring
from alerts.fhir.value_sets import MEANING, OVERLAY, SOURCE
from alerts.pathway import compare as comparing
from alerts.pathway.compare import Change, compare
from tests.integration.fhir_builders import RXNORM, a_bundle, a_medication_order, a_patient
from tests.integration.fhir_builders import an_encounter as a_consult
from tests.integration.process import Done, ran, settings_for
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench

LOCAL = "http://pharmacy.hospital.example"
POLICY = Path(wiring.__file__).parent / "detection" / "policy.toml"


@pytest.fixture
def site(database_url: str) -> Mapping[str, str]:
    return settings_for(database_url)


def rehearsed(site: Mapping[str, str], *options: str) -> Done:
    return ran(site, "rehearse", *options)


def changes(done: Done) -> dict[str, str]:
    """Which change is told of which patient."""
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["patient"]: each["change"] for each in told}


def policy(folder: Path, **choices: int) -> Path:
    """Our policy with other values."""
    lines = POLICY.read_text(encoding="utf-8").splitlines()
    for name, value in choices.items():
        lines[lines.index(f"[{name}]") + 1] = f"value = {value}"
    lines[1] = 'version = "trial"'
    path = folder / "trial.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def digest(engine: Engine) -> str:
    """The SHA-256 of every row of every table."""
    found = hashlib.sha256()
    with engine.connect() as connection:
        names = "select tablename from pg_tables where schemaname = 'public' order by 1"
        for name in connection.execute(text(names)).scalars().all():
            rows = f'select t::text from "{name}" t order by 1'  # noqa: S608 - our own tables
            for row in connection.execute(text(rows)).scalars():
                found.update(row.encode())
    return found.hexdigest()


def visited(patient: str, on: str) -> bytes:
    """An order, and a fertility consult of that day."""
    consult = a_consult(f"e-{patient}", patient, period={"start": on})
    return a_bundle([a_patient(patient), a_medication_order(f"o-{patient}", patient), consult])


def by_local_code(patient: str) -> bytes:
    coded = {"coding": [{"system": LOCAL, "code": "X1"}]}
    return an_order(patient, medicationCodeableConcept=coded)


def put(folder: Path, name: str, document: Mapping[str, object]) -> None:
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def for_review(folder: Path) -> None:
    """Our nivolumab code is taken out of the drugs, and is to be asked about instead."""
    told = ((MEANING, "nivolumab"), (SOURCE, "a trial of other values"))
    extension = [{"url": url, "valueString": it} for url, it in told]
    overlay = {"extension": [{"url": OVERLAY, "valueCode": "add"}], "status": "active"}
    overlay |= {"resourceType": "ValueSet", "version": "trial"}
    out = {"system": RXNORM, "concept": [{"code": "1597876"}]}
    into = {"system": RXNORM, "concept": [{"code": "1597876", "extension": extension}]}
    bare = {"include": [{"system": RXNORM}], "exclude": [out]}
    put(folder, "out.json", overlay | {"name": "CheckpointInhibitors", "compose": bare})
    review = {"name": "CheckpointInhibitorsToReview", "compose": {"include": [into]}}
    put(folder, "in.json", overlay | review)


def no_drug_of_ours(folder: Path) -> None:
    """The pharmacy's code is known, and is none of ours."""
    element = {"code": "X1", "target": [{"equivalence": "unmatched"}]}
    group = {"source": LOCAL, "target": RXNORM, "element": [element]}
    known = {"resourceType": "ConceptMap", "status": "active", "name": "Pharmacy", "version": "1"}
    put(folder, "map.json", known | {"group": [group]})


def test_every_change_is_told_and_nothing_is_touched(
    bench: Bench, engine: Engine, site: Mapping[str, str], tmp_path: Path
):
    for body in (
        an_order("same"),
        visited("new", "2026-02-10T09:00:00Z"),
        an_order("changed", authoredOn="2026-11-21"),
        by_local_code("doubt"),
    ):
        pushed(bench, body)
    before = digest(engine)
    trial = policy(tmp_path, consult_counts_for=6)
    done = rehearsed(site, "--policy", str(trial))
    assert changes(done) == {"Patient/new": "new"}, done.stderr
    assert "policy trial: 1 new; 3 of 4 charts stay as they are" in done.stderr
    routine = rehearsed(site, "--policy", str(policy(tmp_path, urgent_up_to_age=10)))
    assert set(changes(routine).values()) == {"changed"}
    assert digest(engine) == before


def test_an_alert_that_longer_counting_consults_would_end_is_gone(
    bench: Bench, site: Mapping[str, str], tmp_path: Path
):
    pushed(bench, visited("gone", "2025-08-10T09:00:00Z"))
    done = rehearsed(site, "--policy", str(policy(tmp_path, consult_counts_for=36)))
    assert changes(done) == {"Patient/gone": "gone"}
    [line] = [json.loads(each) for each in done.stdout.splitlines()]
    assert (line["before"]["outcome"], line["after"]["outcome"]) == ("alert", "no-alert")
    assert line["alert"]
    assert line["policy"] == "trial"


@pytest.mark.parametrize(
    ("values", "body", "change"),
    [
        (for_review, an_order("p1"), "undecided"),
        (no_drug_of_ours, by_local_code("p1"), "decided"),
    ],
)
def test_other_values_make_and_settle_doubt(
    bench: Bench, site: Mapping[str, str], tmp_path: Path, values, body: bytes, change: str
):
    pushed(bench, body)
    values(tmp_path)
    done = rehearsed(site, "--values", str(tmp_path))
    assert changes(done) == {"Patient/p1": change}, done.stderr


def test_a_table_is_for_people(bench: Bench, site: Mapping[str, str], tmp_path: Path):
    pushed(bench, an_order("p1"))
    trial = policy(tmp_path, urgent_up_to_age=10)
    done = rehearsed(site, "--table", "--policy", str(trial))
    assert done.returncode == 0
    for told in ("changed", "Patient/p1", "alert, urgent", "alert, routine", "nivolumab"):
        assert told in done.stdout


def test_a_table_with_nothing_in_it_says_so(bench: Bench, site: Mapping[str, str]):
    pushed(bench, an_order("p1"))
    done = rehearsed(site)
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing would change; 1 of 1 charts stay as they are" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "option"),
    [
        ("trial.toml", "version = ", "--policy"),
        ("trial.toml", 'version = "1"', "--policy"),
        ("values/x.json", "{", "--values"),
        ("values/x.json", '{"resourceType": "ValueSet"}', "--values"),
        ("values/x.json", '{"resourceType": "Patient"}', "--values"),
    ],
)
def test_rules_that_cannot_be_read_are_one_sentence(
    site: Mapping[str, str], tmp_path: Path, name: str, content: str, option: str
):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    where = path if option == "--policy" else path.parent
    done = rehearsed(site, option, str(where))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("oncofertility: ")
    assert len(done.stderr.splitlines()) == 1


def test_rules_that_are_not_there_are_refused(site: Mapping[str, str], tmp_path: Path):
    done = rehearsed(site, "--policy", str(tmp_path / "nowhere.toml"))
    assert done.returncode == 2
    assert "does not exist" in done.stderr


def test_memory_does_not_grow_with_the_charts(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(comparing, "BATCH", 10)
    rules = bench.tools.rules
    older = replace(rules, policy=replace(rules.policy, urgent_up_to_age=10))

    def most(patients: range) -> int:
        for number in patients:
            bench.push(an_order(f"p{number}"))
        bench.work()
        tracemalloc.start()
        found = sum(each.change is Change.CHANGED for each in compare(older, bench.tools))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == patients.stop
        return peak

    few = most(range(20))
    assert most(range(20, 80)) < few + 300_000
