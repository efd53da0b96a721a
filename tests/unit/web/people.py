"""A person before a browser: opens pages, fills forms, follows redirects by hand."""

import html
import re

import httpx2

from tests.unit.web import fakes

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def proof_on(page: httpx2.Response) -> str:
    """The proof that the page's forms carry."""
    return dict(_HIDDEN.findall(page.text))["proof"]


def words_on(page: httpx2.Response) -> str:
    """What can be read on a page, white space made one."""
    main = page.text[page.text.index("<main") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def sign_in(
    client: httpx2.Client,
    name: str = fakes.NAME,
    password: str = fakes.PASSWORD,
    to: str = "/worklist",
) -> httpx2.Response:
    """Fill the form of the sign-in page; the answer to it."""
    page = client.get("/sign-in", params={"next": to})
    form = {"name": name, "password": password, "proof": proof_on(page)}
    return client.post("/sign-in", params={"next": to}, data=form)


def answer(client: httpx2.Client, alert: object, **form: str) -> httpx2.Response:
    """Open an alert and answer it by one of its forms."""
    page = client.get(f"/alerts/{alert}")
    return client.post(f"/alerts/{alert}/answers", data={"proof": proof_on(page), **form})
