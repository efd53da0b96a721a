"""The command line: what it offers, and how it says what is wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerts import cli
from alerts.settings import environment

STORIES = Path(__file__).parents[3] / "fhir_fixtures" / "stories"
COMMANDS = (
    *("up", "demo", "web", "worker", "beat", "migrate", "status"),
    *("decide", "load", "rehearse", "purge", "gap"),
)
GROUPS = {
    "feed": ("add", "list", "live", "revoke"),
    "person": ("add", "list", "disable", "enable", "role", "reset-password", "reset-totp"),
    "audit": ("verify",),
    "quarantine": ("list", "show", "replay"),
}
SETTINGS = {
    "DATABASE_URL": "postgresql+psycopg://a:b@/c?host=/nowhere-at-all",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PUBLIC_URL": "http://127.0.0.1:8765",
    "SMTP_HOST": "127.0.0.1",
    "MAIL_FROM": "us@hospital.example",
    "FALLBACK_EMAIL": "them@hospital.example",
    "MAIL_DOMAINS": "hospital.example",
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SETTINGS, "PORT", "POLICY_FILE", "SMTP_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli.app, arguments)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """How `main` ends: the exit code, and all that it says on stderr."""
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    return end.value.code, capsys.readouterr().err


def test_help_lists_every_command():
    _, said, _ = run("--help")
    for name in (*COMMANDS, *GROUPS):
        assert name in said
    for group, commands in GROUPS.items():
        for name in commands:
            assert name in run(group, "--help")[1]


@pytest.mark.parametrize("command", ["web", "worker", "beat", "migrate", "status"])
def test_a_missing_setting_is_one_sentence_and_code_2(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = fails(capsys, command)
    assert code == 2
    assert said.startswith("oncofertility: DATABASE_URL is not set; put there: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "command", ["migrate", "status", "feed list", "audit verify", "quarantine list"]
)
def test_a_database_that_is_away_is_one_sentence_and_code_1(command, capsys, monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    code, said = fails(capsys, *command.split())
    assert (code, said) == (1, "oncofertility: The database cannot be reached.\n")


def test_a_broken_var_is_one_sentence_and_code_1(capsys, tmp_path):
    (tmp_path / "var").write_text("")
    code, said = fails(capsys, "up", "--var", str(tmp_path / "var"))
    assert code == 1
    assert said.endswith("var is a file; a folder must stand there\n")
    assert said.count("\n") == 1


def test_a_demo_without_stories_is_one_sentence(capsys, tmp_path):
    code, said = fails(capsys, "demo", "--stories", str(tmp_path), "--var", str(tmp_path / "var"))
    assert code == 2
    assert "there are no stories" in said
    assert not (tmp_path / "var").exists()


def test_what_is_no_export_is_no_sign_of_tampering(monkeypatch, tmp_path):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "file").write_text("nonsense")
    code, said, _ = run("audit", "verify", "--export", str(tmp_path / "file"))
    assert (code, said) == (4, "unverifiable: this is no export of an audit trail\n")


@pytest.mark.parametrize("named", [(), ("--dry-run",)])
def test_nothing_is_replayed_by_mistake(monkeypatch, named):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    code, _, said = run("quarantine", "replay", *named)
    assert code == 2
    assert "name receipts, a filter, or: all" in said


def test_what_is_no_receipt_is_one_sentence(capsys, monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    for command in ("show", "replay"):
        code, said = fails(capsys, "quarantine", command, "nonsense")
        assert (code, said) == (1, "oncofertility: nonsense is no receipt\n")


def test_decide_prints_one_json_line_a_patient():
    code, said, _ = run("decide", "--on", "2026-11-22", str(STORIES / "alert_child"))
    assert code == 0
    (line,) = (json.loads(each) for each in said.splitlines())
    assert line["outcome"] == "alert"
    assert line["drugs"] == ["pembrolizumab"]
    assert line["file"].endswith("bundle.json")
    assert {each["resource"].split("/")[0] for each in line["evidence"]} >= {"MedicationRequest"}
    assert set(line) == {
        "file", "patient", "outcome", "priority", "drugs", "reasons", "evidence", "problems"
    }  # fmt: skip


def test_decide_shows_a_table():
    code, said, _ = run("decide", "--table", "--on", "2026-11-22", str(STORIES / "alert_child"))
    assert code == 0
    assert "pembrolizumab" in said


def test_decide_names_a_file_that_cannot_be_read_and_goes_on(tmp_path):
    (tmp_path / "broken.json").write_text("{")
    child = str(STORIES / "alert_child" / "bundle.json")
    for how in ((), ("--table",)):
        code, said, _ = run("decide", *how, "--on", "2026-11-22", str(tmp_path), child)
        assert code == 1
        assert "broken.json" in said
        assert "pembrolizumab" in said


def test_the_commands_need_no_environment_to_be_read():
    assert "DATABASE_URL" not in environment()
