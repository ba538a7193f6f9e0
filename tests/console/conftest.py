"""One browser and one hub for all tests of the console, stopped when the last of them is over.

Both belong to this package and not to the session: playwright keeps an event loop in the thread of the tests,
and the hub's topics are those the other tests on Kafka make anew.
"""

from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser

from deploy.cluster import Cluster
from tests.console.chromium import running_browser
from tests.console.hub import ConsoleHub, running
from tests.console.story import Story, tell
from tests.console.visit import WIDE, Come, Visit


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is tried on a hub without facts comes before there are facts."""

    def fixtures(item: pytest.Item) -> Sequence[str]:
        return item.fixturenames if isinstance(item, pytest.Function) else ()

    ours = [number for number, item in enumerate(items) if "bare_hub" in fixtures(item)]
    in_order = sorted((items[number] for number in ours), key=lambda item: "story" in fixtures(item))
    for number, item in zip(ours, in_order, strict=True):
        items[number] = item


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser() as found:
        yield found


@pytest.fixture(scope="package")
def bare_hub(
    browser: Browser, embedded: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConsoleHub]:
    """A hub; without facts for tests that do not ask for ``story``. Not started where there is no browser."""
    del browser
    with running(embedded, tmp_path_factory.mktemp("console")) as hub:
        yield hub


@pytest.fixture(scope="package")
def story(bare_hub: ConsoleHub) -> Story:
    """The same hub with people, batches and directives."""
    return tell(bare_hub)


@pytest.fixture
def come(browser: Browser, bare_hub: ConsoleHub) -> Iterator[Come]:
    """Opens a tab, logged in if there is a token; each is looked over and closed after the test."""
    opened: list[Visit] = []

    def come(token: str | None = None, route: str = "", width: tuple[int, int] = WIDE) -> Visit:
        visit = Visit(browser, bare_hub.url, width=width)
        opened.append(visit)
        if token is not None:
            visit.log_in(token, route)
        return visit

    yield come
    for visit in opened:
        visit.close()
