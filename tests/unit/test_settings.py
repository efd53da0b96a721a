"""Settings, credentials and log lines."""

import io
import json
import logging

import pytest

from alerts import logs
from alerts.credentials import digest, hash_password, is_password, new_key, new_password
from alerts.errors import SettingsError
from alerts.settings import MEGABYTE, NAMES, Settings

GOOD = {
    "DATABASE_URL": "postgresql+psycopg://u:secret@h/d",
    "REDIS_URL": "redis://h",
    "PUBLIC_URL": "https://alerts.hospital.example/",
    "SMTP_HOST": "mail.hospital.example",
    "MAIL_FROM": "alerts@hospital.example",
    "FALLBACK_EMAIL": "oncofertility@hospital.example",
    "MAIL_DOMAINS": "Hospital.example, clinic.example",
}


def test_settings_are_read_with_safe_defaults():
    settings = Settings.from_environment(GOOD)
    assert settings.public_url == "https://alerts.hospital.example"
    assert settings.mail_domains == ("hospital.example", "clinic.example")
    assert (settings.smtp_port, settings.smtp_starttls) == (25, False)
    assert settings.largest_body == 50 * MEGABYTE
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting_is_named(name):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PORT", "twenty-five"),
        ("SMTP_PORT", "0"),
        ("SMTP_STARTTLS", "perhaps"),
        ("MAIL_FROM", "nobody"),
        ("FALLBACK_EMAIL", "a@b@c"),
        ("LARGEST_BODY_MB", "-1"),
        ("POLICY_FILE", "/does/not/exist.toml"),
        ("DEAD_MAN_URL", "hc-ping.com/1"),
        ("METRICS_TOKEN", "short"),
        ("AUDIT_TOKEN", "short"),
        ("FEED_SILENCE_HOURS", "never"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(GOOD | {name: value})


def test_what_those_who_run_it_set_is_read_and_stays_secret():
    told = {"DEAD_MAN_URL": "https://hc-ping.com/1-secret", "METRICS_TOKEN": "secret" * 4}
    settings = Settings.from_environment(GOOD | told)
    assert settings.dead_man_url == told["DEAD_MAN_URL"]
    assert settings.metrics_token == told["METRICS_TOKEN"]
    assert settings.feed_silence_hours == 6
    assert "secret" not in repr(settings)


def test_a_policy_file_is_found(tmp_path):
    file = tmp_path / "policy.toml"
    file.write_text("")
    assert Settings.from_environment(GOOD | {"POLICY_FILE": str(file)}).policy_file == file


def test_a_password_is_known_by_its_hash_only():
    password = new_password()
    assert is_password(password, hash_password(password))
    assert not is_password("another", hash_password(password))
    assert not is_password(password, None)
    assert not is_password(password, "not a hash")


def test_keys_are_long_and_differ():
    assert len(new_key()) >= 43
    assert digest(new_key()) != digest(new_key())


def test_a_log_line_is_json_and_never_carries_what_an_error_says():
    stream = io.StringIO()
    logs.start(stream)
    try:
        raise ValueError("Anna Muster, born 1994")
    except ValueError:
        logging.getLogger("x").exception("it failed", extra={"receipt": 7})
    line = json.loads(stream.getvalue())
    assert (line["says"], line["receipt"], line["error"]) == ("it failed", "7", "ValueError")
    assert "test_settings.py" in line["where"]
    assert "Anna" not in stream.getvalue()


def test_the_list_of_settings_is_whole():
    asked = Recorder(GOOD | HOSPITAL)
    Settings.from_environment(asked)
    assert asked.names == NAMES


class Recorder(dict):
    """An environment that remembers what was asked of it."""

    def __init__(self, values):
        super().__init__(values)
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_a_failed_task_is_logged_without_what_its_error_says():
    stream = io.StringIO()
    logs.start(stream)
    logging.getLogger("celery.app.trace").error("Task %s raised: %s", "assess", "Anna Muster")
    assert json.loads(stream.getvalue())["says"] == "a task failed"


HOSPITAL = {
    "OIDC_ISSUER": "https://sso.hospital.example/realm",
    "OIDC_CLIENT_ID": "oncofertility",
    "OIDC_CLIENT_SECRET": "between us",
    "OIDC_ROLES": "coordinator = Fertility team; oncologist=cn=onc,dc=hospital ",
}


def test_the_hospitals_sign_in_is_read_in_the_order_of_its_roles():
    hospital = Settings.from_environment(GOOD | HOSPITAL).hospital
    assert hospital
    assert hospital.roles == (
        ("coordinator", "Fertility team"),
        ("oncologist", "cn=onc,dc=hospital"),
    )
    assert (hospital.groups_claim, hospital.scope) == ("groups", "openid profile email")
    assert "between us" not in repr(hospital)
    assert Settings.from_environment(GOOD).hospital is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OIDC_ISSUER", "http://sso.hospital.example"),
        ("OIDC_CLIENT_ID", ""),
        ("OIDC_ROLES", ""),
        ("OIDC_ROLES", "coordinator"),
        ("PUBLIC_URL", "http://alerts.hospital.example"),
        ("PUBLIC_URL", "http://127.0.0.1.elsewhere.example"),
    ],
)
def test_what_would_travel_unencrypted_or_is_incomplete_is_named(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment(GOOD | HOSPITAL | {name: value})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765", "http://localhost", "http://[::1]:1"])
def test_this_machine_may_be_asked_unencrypted(url):
    assert Settings.from_environment(GOOD | {"PUBLIC_URL": url}).public_url == url
