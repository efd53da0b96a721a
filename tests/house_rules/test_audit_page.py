"""docs/audit.md tells of every type of event."""

from tools.write_audit_page import PAGE, page


def test_the_page_of_the_audit_trail_lists_the_events_that_there_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run tools/write_audit_page.py"
