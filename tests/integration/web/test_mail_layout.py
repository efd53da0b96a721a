"""The HTML of a mail in a real Chromium: readable light and dark, on a phone, and asking nobody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser

from alerts.domain.decision import Priority
from alerts.domain.notice import Notice, NoticeId, Occasion
from alerts.notification.wording import NAMED, words
from tests.end_to_end.browser import CHROMIUM, open_browser
from tests.integration.web.test_layout import FAINT
from tests.unit.domain.test_notice import a_notice
from tests.unit.notification.messages import SITE, a_message

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
OUTSIDE = ("<img", "<script", "<link", "url(", "@import", "src=")


def some(count: int) -> tuple[Notice, ...]:
    return tuple(
        replace(a_notice(number=number + 1), priority=list(Priority)[number % 2])
        for number in range(count)
    )


ONE, SOME, MANY = (words(a_message(*some(count))) for count in (1, 3, NAMED + 5))
EACH = [words(a_message(replace(a_notice(), occasion=each))) for each in Occasion]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


class Marks(HTMLParser):
    """How often each tag stands there, and the words of each link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.is_link = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.is_link = tag == "a"

    def handle_data(self, data: str) -> None:
        if self.is_link:
            self.links.append(data)
            self.is_link = False


@pytest.mark.parametrize("said", [ONE, SOME, MANY, *EACH])
def test_a_mail_has_a_language_one_heading_named_links_and_nothing_from_outside(said):
    marks = Marks(said.html)
    assert '<html lang="en">' in said.html
    assert marks.tags.count("h1") == marks.tags.count("title") == 1
    assert all(len(each.split()) >= 4 for each in marks.links)
    assert len(set(marks.links)) == len(marks.links)
    assert not [each for each in OUTSIDE if each in said.html]
    assert {each.startswith(SITE) for each in re.findall(r'href="([^"]*)"', said.html)} == {True}
    assert said.subject in said.html


@pytest.mark.parametrize("said", [ONE, SOME, MANY, *EACH])
def test_text_and_html_say_the_same(said):
    for sentence in ("is not well known", "must not by itself", "or who are unsure"):
        assert sentence in " ".join(said.body.split())
        assert sentence in said.html
    links = re.findall(r'href="([^"]*)"', said.html)
    assert set(re.findall(r"https://\S+", said.body)) == set(links)


def test_what_is_not_named_is_counted():
    assert "… and 5 more." in MANY.body
    assert "… and 5 more." in MANY.html
    assert "25 alerts wait for you, 13 of them urgent." in MANY.html
    assert MANY.subject == "Urgent: 25 fertility referrals before immunotherapy wait for you"
    assert MANY.short.endswith(f"{SITE}/inbox")
    assert NoticeId(a_notice().id).hex not in MANY.short


@in_browser
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("said", [ONE, MANY], ids=["one", "many"])
def test_a_mail_can_be_read_on_a_phone(browser: Browser, said, scheme):
    page = browser.new_page(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(said.html)
    assert page.evaluate(FAINT) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert asked == []
    page.close()
