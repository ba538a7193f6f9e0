"""docs/topics.md is current."""

from schemas.catalog import load_catalog
from schemas.topics_doc import DOCUMENT, document


def test_the_page_is_current() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run `make docs`"


def test_every_topic_and_setting_is_on_it() -> None:
    page = document()
    for name, spec in load_catalog().items():
        assert f"\n## {name}\n" in page
        assert all(f"`{key}={value}`" in page for key, value in spec.config.items())
