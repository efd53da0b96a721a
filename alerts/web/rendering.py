"""Rendering: fills a page's template; everything shown is escaped."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from alerts.guidance import doses
from alerts.web import phrases, todo, words

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_PAGES.filters.update(
    said=words.said,
    days_left=doses.days_left,
    dose_day=doses.dose_day,
    dose_from=doses.dose_from,
    day=phrases.day,
    moment=phrases.moment,
    code=phrases.code,
    source=phrases.source,
    sex=phrases.sex,
    todo=todo.todo,
    due=todo.due,
)


def page(
    name: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page of that name, filled."""
    return HTMLResponse(_PAGES.get_template(name).render(values), status, headers)
