"""What a site tells of its referrals: read over what is shipped, and refused where it is wrong."""

import pytest

from alerts.domain.referral import FertilityService
from alerts.errors import SettingsError
from alerts.guidance.site import load_site

SERVICE = '[service]\nname = "Centre"\nphone = " 555\\n0100 "\n'
TEST = '[[test]]\nname = "AMH"\nfor = ["female"]\nsource = "our fertility service"\n'


@pytest.fixture
def folder(tmp_path):
    def with_files(service=None, leaflet=None):
        if service is not None:
            (tmp_path / "referral.toml").write_text(service, encoding="utf-8")
        if leaflet is not None:
            (tmp_path / "leaflet.md").write_bytes(leaflet)
        return tmp_path

    return with_files


def test_what_is_shipped_knows_no_service_and_names_tests_with_their_sources(folder):
    ours = load_site()
    assert not ours.service.is_known()
    assert ours.tests
    assert all(each.source and each.sexes for each in ours.tests)
    assert ours == load_site(folder())


def test_a_site_tells_its_service_and_keeps_our_tests_and_leaflet(folder):
    site = load_site(folder(SERVICE))
    assert site.service == FertilityService(name="Centre", phone="555 0100")
    assert site.service.is_known()
    assert (site.tests, site.leaflet) == (load_site().tests, load_site().leaflet)


def test_a_site_names_its_own_tests_and_leaflet(folder):
    site = load_site(folder(SERVICE + TEST, "# Für Sie\n".encode()))
    assert [each.name for each in site.tests] == ["AMH"]
    assert site.leaflet == "# Für Sie\n"
    assert load_site(folder("test = []\n")).tests == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[service", "is not TOML"),
        ("service = 3", r"lacks \[service\]"),
        ('[service]\nphnoe = "1"', "knows no phnoe"),
        ("[service]\nname = 3", "name of a service must be a text"),
        (f'[service]\nname = "{"x" * 201}"', "at most 200"),
        ("test = 3", "tables"),
        (TEST.replace('"AMH"', '""'), "a test has no name"),
        (TEST.replace("our fertility service", ""), "AMH names no source"),
        (TEST.replace("our fertility service", "from memory"), "AMH names no source"),
        (TEST.replace('["female"]', '["all"]'), "AMH is for"),
        (TEST.replace('["female"]', "[]"), "AMH is for"),
        (TEST.replace('["female"]', '"female"'), "AMH is for"),
    ],
)
def test_a_file_that_is_wrong_is_refused_and_says_where(folder, text, named):
    with pytest.raises(SettingsError, match=named):
        load_site(folder(text))


@pytest.mark.parametrize("leaflet", [b"", b" \n", b"\xff\xfe"])
def test_a_leaflet_that_cannot_be_given_to_anybody_is_refused(folder, leaflet):
    with pytest.raises(SettingsError, match=r"leaflet\.md"):
        load_site(folder(leaflet=leaflet))
