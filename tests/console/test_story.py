"""The hub the pages are looked at on: the topics say what was made to happen."""

import pytest

from tests.console.people import KENDARI
from tests.console.story import COMPLETE, INCOMPLETE, INPRES, WIDER, Story, gaps

pytestmark = pytest.mark.broker


def test_the_topics_say_what_happened(story: Story) -> None:
    hub = story.hub
    (kendari,) = hub.totals(KENDARI).directives
    assert (kendari.directive, kendari.gap) == (INPRES, len(gaps(story)))
    assert kendari.eligible == kendari.covered + kendari.gap
    assert hub.directive_state(WIDER) == "HELD"
    complete, incomplete = hub.receipt_now(COMPLETE), hub.receipt_now(INCOMPLETE)
    assert complete is not None
    assert incomplete is not None
    assert (complete.complete, incomplete.complete) == (True, False)
