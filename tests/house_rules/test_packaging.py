"""The container files, the Makefile, the CI script and the lock file: what they say holds."""

import importlib.util
import re
import stat
from types import ModuleType

import pytest
import typer
import yaml

from alerts.cli import app
from tests.house_rules.sources import ROOT, text, tracked

COMPOSE = yaml.safe_load(text("docker-compose.yml"))
SERVICES = COMPOSE["services"]
PARTS = {"postgres", "redis", "migrate", "web", "worker", "beat", "mail-catcher"}
TARGETS = re.findall(r"^([a-z]+):.*##", text("Makefile"), re.MULTILINE)


def options_of(command: str) -> set[str]:
    found = typer.main.get_command(app).get_command(None, command)
    assert found, f"there is no command {command}"
    return {option for parameter in found.params for option in parameter.opts}


def check_lock() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_lock", ROOT / "tools" / "check_lock.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_compose_has_every_part():
    assert set(SERVICES) == PARTS


@pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
def test_compose_runs_a_command_that_there_is(name: str):
    program, command, *rest = SERVICES[name]["command"]
    assert program == "oncofertility"
    assert {each for each in rest if each.startswith("-")} <= options_of(command)


@pytest.mark.parametrize("name", sorted(PARTS))
def test_compose_pins_images_and_starts_again_what_dies(name: str):
    service = SERVICES[name]
    assert re.fullmatch(r"[a-z/-]+:[\d.]+", service["image"])
    assert service["restart"] in {"unless-stopped", "on-failure"}


@pytest.mark.parametrize("name", sorted(PARTS - {"migrate"}))
def test_compose_asks_whether_a_part_is_well(name: str):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_compose_holds_no_secret_and_opens_no_port_to_the_network():
    secrets = re.findall(r"\$\{(\w*PASSWORD)([^}]*)\}", text("docker-compose.yml"))
    assert secrets
    for name, rest in secrets:
        assert rest.startswith(":?") or name == "SMTP_PASSWORD"
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_redis_keeps_what_it_was_told():
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_image_runs_unprivileged_from_hashed_packages():
    dockerfile = text("Dockerfile")
    images = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert images == ["python:3.11-slim"] * 2
    assert "--require-hashes" in dockerfile
    assert re.findall(r"^USER (\w+)", dockerfile, re.MULTILINE) == ["oncofertility"]


def test_the_makefile_offers_what_the_readme_promises():
    assert {"help", "setup", "run", "test", "check", "lock", "clean"} <= set(TARGETS)


def test_the_ci_script_checks_and_tests():
    script = text(".ci/run")
    assert re.search(r"^make check$", script, re.MULTILINE)
    assert re.search(r"^make test$", script, re.MULTILINE)
    assert (ROOT / ".ci/run").stat().st_mode & stat.S_IXUSR


def test_the_lock_file_is_in_step():
    assert check_lock().faults(text("pyproject.toml"), text("requirements.lock")) == []


def test_a_lock_file_out_of_step_is_seen():
    lock, faults = text("requirements.lock"), check_lock().faults
    project = text("pyproject.toml")
    added = project.replace('"typer>=', '"no-such-package>=1",\n  "typer>=', 1)
    found = faults(added, lock)
    assert any("make lock" in each for each in found)
    assert "not pinned with hashes: no-such-package" in found
    assert any("address" in each for each in faults(project, lock + "--index-url https://x\n"))
    unhashed = re.sub(r"^typer==.*\\\n(    --hash=.*\n)+", "typer==0.1\n", lock, flags=re.M)
    assert "not pinned with hashes: typer" in faults(project, unhashed)


def test_nothing_that_belongs_to_a_running_service_is_kept_in_the_repository():
    assert [each for each in tracked() if each.startswith("var/") or each.endswith(".env")] == []
