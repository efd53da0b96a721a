"""A site's folder of values: replaced, laid over, mapped; and what the check finds in it."""

import json

import pytest
from typer.testing import CliRunner

from alerts import wiring
from alerts.cli import app
from alerts.domain.codes import (
    ATC,
    DRUG,
    EXACT_NAME,
    HCPCS,
    ICD_10_CM,
    NDC,
    RXNORM,
    SNOMED_CT,
    Coding,
)
from alerts.errors import SettingsError
from alerts.fhir.concept_maps import load_concept_map
from alerts.fhir.value_sets import MEANING, OVERLAY, SOURCE
from alerts.settings import Settings

LOCAL = "http://pharmacy.hospital.example"
NIVOLUMAB = Coding(system=RXNORM, code="1597876")
OURS = Coding(system=LOCAL, code="NIVO")


def a_concept(code, meaning="nivolumab", source="the pharmacy's list"):
    told = ((MEANING, meaning), (SOURCE, source))
    return {"code": code, "extension": [{"url": url, "valueString": it} for url, it in told if it]}


def a_value_set(name="CheckpointInhibitors", *, overlay=None, system=LOCAL, concepts=(), out=()):
    compose = {"include": [{"system": system, "concept": list(concepts)}]} if concepts else {}
    if out:
        compose["exclude"] = [{"system": RXNORM, "concept": [{"code": code} for code in out]}]
        compose.setdefault("include", [{"system": system}])
    document = {
        "resourceType": "ValueSet",
        "status": "active",
        "name": name,
        "version": "site-1",
        "compose": compose,
    }
    if overlay == "extension":
        document["extension"] = [{"url": OVERLAY, "valueCode": "add"}]
    if overlay == "context":
        context = {"code": {"code": OVERLAY}, "valueCodeableConcept": {"text": "add"}}
        document["useContext"] = [context]
    return document


def a_map(element=None, *, target=RXNORM, name="Pharmacy", version="1"):
    element = element or an_element()
    group = {"source": LOCAL, "target": target, "element": [element]}
    document = {"resourceType": "ConceptMap", "status": "active", "group": [group]}
    return document | {"name": name, "version": version}


def an_element(code="NIVO", target="1597876", **relation):
    relation = relation or {"equivalence": "equivalent"}
    return {"code": code, "target": [{"code": target, **relation}]}


def put(folder, name, document):
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / name).write_text(text, encoding="utf-8")


def loaded(document):
    return load_concept_map(json.dumps(document).encode())


def test_without_a_folder_ours_are_in_force():
    rules = wiring.rules()
    assert rules.checkpoint_inhibitors.find(NIVOLUMAB)
    assert rules.local_codes.find(OURS) is None


def test_a_file_of_the_same_name_replaces_ours(tmp_path):
    put(tmp_path, "ours.json", a_value_set(concepts=[a_concept("NIVO")]))
    drugs = wiring.rules(values_folder=tmp_path).checkpoint_inhibitors
    assert drugs.find(OURS)
    assert drugs.find(NIVOLUMAB) is None
    assert drugs.version == "site-1"


@pytest.mark.parametrize("overlay", ["extension", "context"])
def test_an_overlay_adds_and_takes_out(tmp_path, overlay):
    document = a_value_set(overlay=overlay, concepts=[a_concept("NIVO")], out=["1547545"])
    put(tmp_path, "more.json", document)
    drugs = wiring.rules(values_folder=tmp_path).checkpoint_inhibitors
    assert drugs.find(OURS)
    assert drugs.find(NIVOLUMAB)
    assert drugs.find(Coding(system=RXNORM, code="1547545")) is None
    assert drugs.version.endswith("+site-1")


def test_a_site_adds_a_regimen_of_its_own(tmp_path):
    regimen = a_concept("nivo-gym", meaning="nivolumab")
    document = a_value_set("Regimens", overlay="extension", system=EXACT_NAME, concepts=[regimen])
    put(tmp_path, "regimens.json", document)
    regimens = wiring.rules(values_folder=tmp_path).regimens
    assert regimens.find(Coding(system=EXACT_NAME, code="nivo-gym"))


def test_a_concept_map_tells_what_local_codes_are(tmp_path):
    put(tmp_path, "a.json", a_map())
    put(tmp_path, "b.json", a_map(an_element("PEM", "pembrolizumab"), target=DRUG, name="More"))
    codes = wiring.rules(values_folder=tmp_path).local_codes
    assert codes.find(OURS) == NIVOLUMAB
    assert codes.find(Coding(system=LOCAL, code="PEM")).code == "pembrolizumab"
    assert codes.version == "1+More|1"


@pytest.mark.parametrize("word", ["equal", "wider"])
def test_a_map_of_the_same_or_wider_is_relied_on(word):
    assert loaded(a_map(an_element(equivalence=word))).find(OURS) == NIVOLUMAB


def test_a_map_of_r5_is_read_too():
    element = an_element(relationship="source-is-narrower-than-target")
    assert loaded(a_map(element) | {"group": [_r5(element)]}).find(OURS) == NIVOLUMAB
    nothing = {"code": "NIVO", "noMap": True}
    assert loaded(a_map() | {"group": [_r5(nothing)]}).find(OURS) == Coding(system="", code="")


def _r5(element):
    return {"source": LOCAL, "target": RXNORM, "element": [element]}


def test_a_code_that_is_unmatched_is_known_to_be_none_of_ours():
    element = {"code": "NIVO", "target": [{"equivalence": "unmatched"}]}
    assert loaded(a_map(element)).find(OURS) == Coding(system="", code="")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (a_map(an_element(equivalence="narrower")), "is narrower"),
        (a_map(an_element(code="")), "no code or no system|is not FHIR"),
        (a_map({"code": "NIVO", "target": []}), "needs one target|is not FHIR"),
        (a_map({"code": "NIVO"}), "needs one target"),
        (a_map({"code": "NIVO", "target": [{"equivalence": "equal"}]}), "has no code"),
        (a_map({"target": [{"code": "1", "equivalence": "equal"}]}), "no code or no system"),
        (a_map(version=None), "needs a name and a version"),
        ({"resourceType": "ConceptMap", "group": "none"}, "is not FHIR"),
    ],
)
def test_a_map_that_cannot_be_relied_on_is_refused(document, told):
    with pytest.raises(SettingsError, match=told):
        loaded({key: value for key, value in document.items() if value is not None})


def test_a_map_with_two_answers_for_a_code_is_refused():
    both = a_map()
    both["group"][0]["element"].append(an_element(target="1547545"))
    with pytest.raises(SettingsError, match="two targets"):
        loaded(both)
    with pytest.raises(SettingsError, match="cannot be read"):
        load_concept_map(b"{")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (a_value_set("Drugs", concepts=[a_concept("1")]), "Drugs is none of"),
        (a_value_set("Drugs", overlay="extension", concepts=[a_concept("1")]), "Drugs is none of"),
        (a_value_set(concepts=[a_concept("1", source="from memory")]), "memory alone"),
        (a_value_set("", overlay="extension"), "bad.json"),
        (a_value_set() | {"version": ""}, "bad.json"),
        (a_map(an_element(target="nivolumob"), target=DRUG), "nivolumob, which is no drug"),
        ("{", "cannot be read"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_by_name(tmp_path, document, told):
    put(tmp_path, "bad.json", document)
    with pytest.raises(SettingsError, match=told):
        wiring.rules(values_folder=tmp_path)


def check(*arguments):
    return CliRunner().invoke(app, ["values", "check", *arguments])


def test_the_check_finds_nothing_wrong_with_ours():
    told = check()
    assert told.exit_code == 0, told.output
    assert "0 wrong" in told.output
    assert "sabatolimab has no name" in told.output


def test_the_check_tells_every_slip_of_every_file(tmp_path):
    wrong = [a_concept("12a", source="from memory"), a_concept("1", meaning="", source="")]
    put(tmp_path, "a.json", a_value_set(system=RXNORM, concepts=[*wrong, a_concept("12a")]))
    put(tmp_path, "b.json", a_map(an_element(equivalence="narrower")))
    put(tmp_path, "c.json", "{")
    put(tmp_path, "d.json", a_value_set())
    told = check("--values", str(tmp_path))
    assert told.exit_code == 1
    for text in (
        "12a of http://www.nlm.nih.gov/research/umls/rxnorm cannot be a code",
        "stands there twice",
        "rests on memory alone",
        "has no meaning",
        "has no source",
        "is narrower",
        "holds neither",
        "holds no code",
        "wrong  together",
    ):
        assert text in told.output


@pytest.mark.parametrize(
    ("system", "possible", "impossible"),
    [
        (RXNORM, "1547545", ("15A7545", "0123", "155154545")),
        (ATC, "L01FF02", ("L01FF2", "L1FF02", "l01ff02")),
        (NDC, "0006-3026-02", ("0006-302-02", "00006-302-2", "000063026", "0006 3026 02")),
        (NDC, "00006-3026-02", ("0006-3026-2", "000006-3026-02")),
        (SNOMED_CT, "367336001", ("367336002", "36733", "367336015", "0367336001")),
        ("http://fdasis.nlm.nih.gov", "DPT0O3T46P", ("DPT0O3T46", "dpt0o3t46p")),
        ("http://loinc.org", "100966-1", ("100966-2", "100966", "LP100966-1")),
        (HCPCS, "J9271", ("9271", "J927", "JJ271")),
        (ICD_10_CM, "Z31.62", ("Z31.", "Z3162X9", "31.62")),
    ],
)
def test_the_check_tells_a_code_that_cannot_be(tmp_path, system, possible, impossible):
    concepts = [a_concept(code) for code in (possible, *impossible)]
    put(tmp_path, "more.json", a_value_set(overlay="extension", system=system, concepts=concepts))
    said = check("--values", str(tmp_path)).output
    assert f": {possible} of" not in said
    for code in impossible:
        assert f": {code} of {system} cannot be a code of its system" in said


def test_the_check_tells_a_drug_that_lacks_a_system_of_the_others(tmp_path):
    concepts = [a_concept(f"A{number}", f"drug {number}") for number in range(3)]
    document = a_value_set(concepts=concepts)
    names = [a_concept(f"drug {number}", f"drug {number}") for number in range(2)]
    document["compose"]["include"].append({"system": EXACT_NAME, "concept": names})
    put(tmp_path, "ours.json", document)
    assert (
        "note  CheckpointInhibitors: drug 2 has no name" in check("--values", str(tmp_path)).output
    )


def test_the_check_tells_which_drug_lacks_what_others_have(tmp_path):
    put(tmp_path, "more.json", a_value_set(concepts=[a_concept("1")]))
    assert "0 wrong" in check("--values", str(tmp_path)).output


def test_the_setting_names_a_folder_that_is_there(tmp_path):
    required = {
        "DATABASE_URL": "postgresql+psycopg://u:p@h/d",
        "REDIS_URL": "redis://h",
        "PUBLIC_URL": "https://alerts.hospital.example",
        "SMTP_HOST": "mail.hospital.example",
        "MAIL_FROM": "alerts@hospital.example",
        "FALLBACK_EMAIL": "oncofertility@hospital.example",
        "MAIL_DOMAINS": "hospital.example",
    }
    found = Settings.from_environment(required | {"VALUES_FOLDER": str(tmp_path)})
    assert found.values_folder == tmp_path
    assert Settings.from_environment(required).values_folder is None
    with pytest.raises(SettingsError, match="VALUES_FOLDER"):
        Settings.from_environment(required | {"VALUES_FOLDER": str(tmp_path / "none")})
