"""The pages themselves: static files, for anybody; what they show is asked for with a token."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from connectors.console.files import Pages
from connectors.gateway.problems import Problem

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HOME = "/console/"
_METHODS = ["GET", "HEAD"]


def make(pages: Pages) -> APIRouter:
    """The routes; they are no part of the API's document."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=_METHODS)
    @router.api_route("/console", methods=_METHODS)
    async def home() -> RedirectResponse:
        """The console is what a person looks for here."""
        return RedirectResponse(_HOME, 307)

    @router.api_route(_HOME + "{path:path}", methods=_METHODS)
    def file(path: str, request: Request) -> Response:
        """One file; run in a thread, for it reads the disk."""
        # None of the names needs an escape, and what came escaped may have been meant to get by somebody.
        escaped = b"%" in (request.scope.get("raw_path") or b"")
        page = None if escaped else pages.find(path)
        if page is None:
            raise Problem("not-found", "the console has no file of this name")
        headers = {"etag": page.etag, "cache-control": "no-cache", "content-security-policy": _POLICY}
        if page.etag in _etags(request):
            return Response(status_code=304, headers=headers)
        return Response(page.content, media_type=page.media_type, headers=headers)

    return router


def _etags(request: Request) -> set[str]:
    told = request.headers.get("if-none-match", "")
    return {each.strip().removeprefix("W/") for each in told.split(",")}
