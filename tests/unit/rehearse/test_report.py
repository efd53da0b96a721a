"""The report: one page that is whole in itself, says why, and escapes what it shows."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from alerts import cli
from tests.unit.rehearse.exports import a_drug, a_patient, an_order, write

STORIES = Path(__file__).parents[3] / "fhir_fixtures" / "stories"


def a_report(folder: Path, *arguments: str) -> str:
    page = folder / "report.html"
    CliRunner().invoke(
        cli.app, ["decide", "--html", str(page), "--today", "2026-11-22", *arguments]
    )
    return page.read_text()


def test_a_report_counts_draws_and_explains(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    page = a_report(tmp_path, str(tmp_path / "broken.json"), str(STORIES / "alert_child"))
    assert "An immune checkpoint inhibitor is ordered." in page
    assert "<caption>What was decided</caption>" in page
    assert '<span class="bar" style="width: 100.0%">' in page
    assert "pembrolizumab" in page
    assert page.count("<details") == 2
    assert "<b>1</b> could not be read" in page
    assert "CheckpointInhibitors|" in page


def test_a_report_can_hide_each_kind_of_decision(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    page = a_report(tmp_path, str(tmp_path / "broken.json"), str(STORIES / "alert_child"))
    told = {"alert": "Alert (1)", "unread": "Could not be read (1)", "no-alert": "No alert (0)"}
    for name, label in told.items():
        assert f'<input type="checkbox" id="show-{name}" checked>' in page
        assert f'<label for="show-{name}">{label}</label>' in page
        assert f"#show-{name}:not(:checked) ~ .cases .{name}" in page
    assert page.index('id="show-alert"') < page.index('class="cases"') < page.index("<details")


def test_a_report_tells_the_first_dose_and_who_says_it(tmp_path):
    page = a_report(tmp_path, str(STORIES / "alert_first-dose-estimated"))
    assert "about 27 November 2026 (estimated: ordered 20 November, no date given)" in page


def test_a_report_asks_nothing_of_the_network(tmp_path):
    page = a_report(tmp_path, str(STORIES / "alert_child"))
    assert not re.search(r"(src|href|url)\s*[=(]", page)


def test_a_report_escapes_what_a_file_says(tmp_path):
    name = "<script>x"
    folder = tmp_path / name
    folder.mkdir()
    write(folder / f"{name}.ndjson", [an_order(), a_patient(), a_drug()])
    assert "<script" not in a_report(tmp_path, str(folder))


def test_the_lines_are_printed_beside_a_report(tmp_path):
    page = tmp_path / "report.html"
    story = str(STORIES / "alert_child")
    done = CliRunner().invoke(cli.app, ["decide", "--html", str(page), story])
    assert json.loads(done.stdout)["drugs"] == ["pembrolizumab"]
    assert page.exists()
