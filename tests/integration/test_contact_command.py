"""`oncofertility person contact`, in a process of its own, with a file of channels."""

from pathlib import Path

from tests.integration.process import ran, settings_for

CHANNELS = """
[webhook]
[webhook.endpoints.pager]
url = "https://pager.example/hook"
secrets = ["whsec_c2Vuc2VsZXNzLXNlY3JldC1vZi10ZXN0cy1vbmx5"]
"""


def test_a_person_is_told_as_the_command_says(service_url: str, tmp_path: Path):
    file = tmp_path / "channels.toml"
    file.write_text(CHANNELS)
    site = settings_for(service_url) | {"CHANNELS_FILE": str(file)}
    added = ran(
        site, "person", "add", "ada", "--display-name", "Ada", "--email", "ada@hospital.example"
    )
    assert added.returncode == 0, added.stderr
    before = ran(site, "person", "contact", "ada")
    assert before.stdout.splitlines()[:2] == ["email\tada@hospital.example", "quiet\tnone"]
    how = ("--way", "webhook:pager", "--quiet", "22:00-06:00", "--digest", "08:00")
    told = ran(site, "person", "contact", "ada", *how)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[:4] == [
        "webhook\tpager",
        "email\tada@hospital.example",
        "quiet\t22:00-06:00",
        "digest\t08:00",
    ]
    assert "digest\tnone" in ran(site, "person", "contact", "ada", "--digest", "none").stdout
    for wrong in (("--way", "fax:1"), ("--quiet", "22:00"), ("--digest", "8 h")):
        assert ran(site, "person", "contact", "ada", *wrong).returncode == 2
    assert ran(site, "person", "contact", "ada", "--way", "sms:7").returncode == 1
    assert "no person" in ran(site, "person", "contact", "bob").stderr


def test_a_fault_in_the_file_of_channels_is_told_at_the_start(service_url: str, tmp_path: Path):
    file = tmp_path / "channels.toml"
    file.write_text('[apprise]\nfax = "x"\n')
    site = settings_for(service_url) | {"CHANNELS_FILE": str(file)}
    told = ran(site, "status")
    assert (told.returncode, told.stderr) == (2, "oncofertility: [apprise] does not know: fax\n")
