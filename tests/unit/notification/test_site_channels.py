"""The file of a site's channels: what it may say, and how plainly it is told what is wrong."""

import base64
import datetime as dt
from ipaddress import ip_address

import pytest

from alerts import clock
from alerts.domain.bundling import Bundling
from alerts.domain.recipient import Channel
from alerts.errors import SettingsError
from alerts.notification import site_channels
from alerts.notification.channels.addresses import may_go, network

SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()
HOOK = f"""
[webhook]
allow = ["10.1.0.0/16"]
[webhook.endpoints.pager]
url = "https://pager.example/hook"
secrets = ["{SECRET}"]
"""


def read(text):
    return site_channels.read(text, clock.now)


def test_no_file_means_mail_alone_and_the_usual_bundles():
    assert read("").senders == {}
    assert read("").bundling == Bundling()


def test_a_file_names_endpoints_and_bundles():
    told = read(HOOK + "[bundling]\nmore_than = 9\nwithin_minutes = 30\n")
    assert told.senders[Channel.WEBHOOK].takes("pager")
    assert not told.senders[Channel.WEBHOOK].takes("other")
    assert (told.bundling.more_than, told.bundling.within) == (9, dt.timedelta(minutes=30))
    assert SECRET not in repr(told)
    assert "hook" not in repr(told.senders[Channel.WEBHOOK].endpoints)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[", "no TOML"),
        ("[mail]", "does not know: mail"),
        ("webhook = 1", "must be a table"),
        ("[bundling]\nmore_than = 0", "more_than"),
        ('[bundling]\nwithin_minutes = "9"', "within_minutes"),
        (HOOK.replace("https:", "http:"), "https://"),
        (HOOK.replace("https://pager.example/hook", "http://127.0.0.1/"), "https://"),
        (HOOK.replace("https://pager.example/hook", "https://u:p@pager.example/"), "like https"),
        (HOOK.replace("https://pager.example/hook", ""), "like https"),
        (HOOK.replace("10.1.0.0/16", "10.1"), "10.1 is no network"),
        (HOOK.replace('["10.1.0.0/16"]', '"10.1.0.0/16"'), "list of networks"),
        (HOOK.replace(f'["{SECRET}"]', "[]"), "needs secrets"),
        (HOOK.replace(SECRET, "whsec_c2hvcnQ="), "24 bytes"),
        (HOOK.replace(SECRET, "whsec_***"), "base64"),
        (HOOK + "colour = 1", "does not know: colour"),
        ("[apprise]\nfax = 'x'", "does not know: fax"),
    ],
)
def test_what_is_wrong_is_told_and_no_secret_with_it(text, what):
    with pytest.raises(SettingsError, match=what) as raised:
        read(text)
    assert SECRET not in str(raised.value)


def test_plain_http_may_be_used_on_this_machine_where_its_network_is_allowed():
    here = HOOK.replace("https://pager.example/hook", "http://127.0.0.1:8080/")
    assert read(here.replace("10.1.0.0/16", "127.0.0.0/8")).senders


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("10.1.2.3", True),
        ("10.2.2.3", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.1.2.3", True),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
    ],
)
def test_only_the_public_internet_and_allowed_networks_are_gone_to(address, may):
    assert may_go(ip_address(address), (network("10.1.0.0/16"),)) is may
