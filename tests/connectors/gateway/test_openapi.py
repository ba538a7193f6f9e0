"""The API does what its document says, whatever is sent: Schemathesis on the application with fakes."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from connectors.console.hub import NoWatch
from connectors.console.prometheus import NoAlerts
from connectors.console.state import HubState
from connectors.gateway.app import make_app
from connectors.gateway.limits import Limits
from connectors.gateway.parts import Parts
from connectors.gateway.serving import make_server, serve
from deploy.compose.console import console_routes
from tests.connectors.gateway.world import World, gateway
from tests.deploy.waiting import wait_until

_LIMITS = Limits(requests_per_s=1e6, burst=10**9)
_EXAMPLES = 25


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """The application on a real port, in a thread of its own."""
    found: dict[str, Any] = {}

    async def run() -> None:
        async with gateway(tmp_path_factory.mktemp("gateway"), _LIMITS) as world:
            server = make_server(world.app, "127.0.0.1", 0, _LIMITS)
            found["world"], found["server"] = world, server
            await serve(server, lambda port: found.update(port=port))

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    wait_until(lambda: "port" in found, "the gateway serves")
    yield found["world"], f"http://127.0.0.1:{found['port']}"
    found["server"].should_exit = True
    thread.join()


def _document() -> dict[str, Any]:
    """What /openapi.json gives: it is made of the routes alone."""
    nothing: Any = None
    parts = Parts(nothing, nothing, nothing, nothing, nothing, nothing, version="0.1.0")
    state = HubState(nothing, nothing)
    return make_app(parts, console_routes(state, NoWatch(), NoAlerts())).openapi()


_CONFIG = schemathesis.Config.from_dict(
    {
        # What a rule of the domain refuses is 422; no JSON schema can say those rules.
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", 403, 404, 409, 422, 503]},
            "negative_data_rejection": {"expected-statuses": ["4xx"]},
        },
    }
)
schema = schemathesis.openapi.from_dict(_document(), config=_CONFIG)


@schema.parametrize()
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_api_does_what_its_document_says(case: Any, served: tuple[World, str]) -> None:
    world, url = served
    case.call_and_validate(base_url=url, headers=world.bearer())
