"""The decide command on XML, on packed files, and under a site's own values and policy."""

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts import cli
from tests.unit.fhir.builders import a_patient, an_order
from tests.unit.fhir.test_xml import HEAD, written

LOCAL = {"coding": [{"system": "http://pharmacy.hospital.example", "code": "4711"}]}
OURS = Path(__file__).parents[3] / "alerts" / "detection" / "policy.toml"


def decided(*arguments: object) -> tuple[int, dict]:
    """The exit code, and the line of the one patient."""
    said = [str(each) for each in arguments]
    done = CliRunner().invoke(cli.app, ["decide", "--on", "2026-11-22", *said])
    (line,) = (json.loads(each) for each in done.stdout.splitlines())
    return done.exit_code, line


def as_xml(*resources: dict) -> bytes:
    return (HEAD + "".join(written(each) for each in resources)).encode()


def as_bundle(*resources: dict) -> dict:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.mark.parametrize("name", ["bundle.xml", "bundle.xml.gz", "bundle.XML"])
def test_a_bundle_in_xml_is_decided(tmp_path, name):
    body = as_xml(as_bundle(a_patient(), an_order()))
    (tmp_path / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    code, line = decided(tmp_path)
    assert (code, line["outcome"], line["drugs"]) == (0, "alert", ["pembrolizumab"])
    assert line["file"].endswith(name)


def test_one_patient_spread_over_xml_json_and_lines_is_one_chart(tmp_path):
    (tmp_path / "order.xml").write_bytes(as_xml(an_order()))
    (tmp_path / "Patient.ndjson").write_text(json.dumps(a_patient(birthDate="1950-01-01")))
    visit = {"resourceType": "Encounter", "id": "e", "status": "finished"}
    visit |= {"subject": {"reference": "Patient/p1"}, "period": {"start": "2026-11-01"}}
    (tmp_path / "visit.json").write_text(json.dumps(visit))
    code, line = decided(tmp_path)
    assert (code, line["outcome"], line["priority"]) == (0, "alert", "routine")


def test_xml_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "broken.xml").write_text("<Patient><id")
    code, line = decided(tmp_path)
    assert (code, line["outcome"]) == (1, None)
    assert "not XML" in line["problems"][0]["text"]


@pytest.mark.parametrize(
    ("target", "outcome", "drugs"),
    [
        ({"code": "pembrolizumab", "equivalence": "equivalent"}, "alert", ["pembrolizumab"]),
        ({"equivalence": "unmatched"}, "no-alert", []),
    ],
)
def test_a_sites_map_tells_what_its_own_code_is(tmp_path, target, outcome, drugs):
    (tmp_path / "order.json").write_text(json.dumps(an_order(medicationCodeableConcept=LOCAL)))
    assert decided(tmp_path / "order.json")[1]["outcome"] == "cannot-tell"
    told = {
        "resourceType": "ConceptMap",
        "name": "Pharmacy",
        "version": "1",
        "status": "active",
        "group": [
            {
                "source": "http://pharmacy.hospital.example",
                "target": "urn:oncofertility-alerts:drug",
                "element": [{"code": "4711", "target": [target]}],
            }
        ],
    }
    values = tmp_path / "values"
    values.mkdir()
    (values / "pharmacy.json").write_text(json.dumps(told))
    _, line = decided("--values", values, tmp_path / "order.json")
    assert (line["outcome"], line["drugs"]) == (outcome, drugs)


def test_a_sites_policy_sets_the_band(tmp_path):
    for name, resource in (("a", an_order()), ("b", a_patient(birthDate="1980-01-01"))):
        (tmp_path / f"{name}.json").write_text(json.dumps(resource))
    policy = tmp_path / "policy.toml"
    policy.write_text(OURS.read_text().replace("value = 50", "value = 40", 1))
    assert decided(tmp_path)[1]["priority"] == "urgent"
    assert decided("--policy", policy, tmp_path)[1]["priority"] == "routine"


def test_values_that_are_wrong_stop_the_run_with_one_sentence(tmp_path):
    values = tmp_path / "values"
    values.mkdir()
    (values / "bad.json").write_text("{")
    done = CliRunner().invoke(cli.app, ["decide", "--values", str(values), str(tmp_path)])
    assert done.exit_code != 0
    assert done.stdout == ""
