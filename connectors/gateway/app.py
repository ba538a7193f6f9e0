"""The application: every route, each a line or two over what the other files do."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from connectors.client.event_json import Fault
from connectors.gateway import routes_commands, routes_events, routes_people
from connectors.gateway.openapi import completed
from connectors.gateway.parts import Parts
from connectors.gateway.problems import PROBLEM_JSON, Problem, problem_of
from schemas.errors import JangkauError

_SAYS = (
    "Agencies publish, ask and decide here over HTTP. Times are ISO 8601 with an offset. Every error is "
    "`application/problem+json` and lists all faults. docs/gateway.md has examples."
)


def make_app(parts: Parts, more: Sequence[APIRouter] = ()) -> FastAPI:
    """The routes on these parts, and ``more``. Whoever serves it puts the ``Gatekeeper`` around it."""
    app = FastAPI(
        title="Jangkau",
        version=parts.version,
        description=_SAYS,
        docs_url=None,  # its page would load scripts from outside
        redoc_url=None,
        redirect_slashes=False,
    )
    own = (routes_events.make(parts), routes_people.make(parts), routes_commands.make(parts))
    for router in (*own, *more):
        app.include_router(router)
    app.add_exception_handler(Problem, _say(lambda error: error))
    app.add_exception_handler(JangkauError, _say(problem_of))
    app.add_exception_handler(RequestValidationError, _say(_invalid))
    app.add_exception_handler(HTTPException, _say(_http))
    # Answered here, raised again by Starlette, and told in the log by the gatekeeper.
    app.add_exception_handler(Exception, _say(_ours))

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=_SAYS, routes=app.routes)
            app.openapi_schema = completed(made)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way of completing it
    return app


def _say(problem: Callable[[Any], Problem]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        found = problem(error)
        request.scope["state"]["refused"](found.name)
        body = found.body(request.scope["state"]["correlation"])
        return Response(body, found.status, found.headers, PROBLEM_JSON)

    return answer


def _invalid(error: RequestValidationError) -> Problem:
    faults = []
    for each in error.errors():
        where, *path = each["loc"]
        if each["type"] == "json_invalid":
            return Problem("not-json", "the body is not JSON")
        # A name in the body is the sender's own, and may be anything.
        faults.append(Fault(tuple(_known(part) for part in path) or (where,), str(each["msg"])))
    return Problem("faults", "mend what is listed", faults=faults)


def _known(part: Any) -> str | int:
    return part if isinstance(part, int) or str(part).replace("_", "").isalpha() else "…"


def _ours(_: Exception) -> Problem:
    return Problem("fault-of-ours", "see the log by the correlation")


def _http(error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        return Problem("method-not-allowed", "see the header Allow", headers=headers)
    if error.status_code == 404:
        return Problem("not-found", "see /openapi.json for what there is", headers=headers)
    return Problem("not-json", "the body cannot be read as JSON in UTF-8", headers=headers)
