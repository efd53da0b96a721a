"""docs/stories.md tells the stories as they are."""

from tools.write_stories_page import PAGE, page


def test_the_page_of_stories_is_in_step_with_the_stories() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run tools/write_stories_page.py"
