import pytest

from tests.streams.engine.beginnings import hub_with_rules
from tests.streams.engine.world import World


@pytest.fixture
def world() -> World:
    """A hub with a policy, a business date and a directive in force; no engine yet."""
    return hub_with_rules()
