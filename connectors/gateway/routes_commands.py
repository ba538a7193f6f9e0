"""Directives, and commands about them."""

from typing import Annotated

from fastapi import APIRouter, Path

from connectors.gateway.asked import JSON_BODY, Who
from connectors.gateway.bodies import (
    ApproveBody,
    CommandAnswer,
    CommandBody,
    DirectiveEntry,
    DirectiveList,
    VersionBody,
)
from connectors.gateway.openapi import problems, with_body
from connectors.gateway.parts import Parts
from connectors.gateway.problems import Problem
from connectors.gateway.reading import DIRECTIVE_ID
from schemas import commanding
from schemas.names import CommandKind

_DirectiveId = Annotated[str, Path(pattern=f"^{DIRECTIVE_ID}$")]
_OF_VERSION: dict[str, tuple[CommandKind, str]] = {
    "preview": ("PREVIEW_DIRECTIVE", "Whom a version would bring in and let go; nothing changes."),
    "revoke": ("REVOKE_DIRECTIVE", "End the version in force."),
    "pause": ("PAUSE_ROLLOUT", "Regions a rollout has not reached yet wait."),
    "resume": ("RESUME_ROLLOUT", "Steps whose date has passed are taken at once."),
}
_ANSWERS = with_body("refused", "no-answer")


def make(parts: Parts) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["directives"])

    @router.get("/directives", responses=problems("faults"))
    async def directives(who: Who) -> DirectiveList:
        """Every version of every directive, and where it stands."""
        who.need("directives:read")
        entries = [DirectiveEntry(directive=name, status=status) for name, status in parts.directives.all()]
        return DirectiveList(items=entries)

    @router.get("/directives/{directive}", responses=problems("not-found", "faults"))
    async def versions(directive: _DirectiveId, who: Who) -> DirectiveList:
        """Every version of one directive."""
        who.need("directives:read")
        found = parts.directives.versions(directive)
        if not found:
            raise Problem("not-found", "no directive of this id")
        return DirectiveList(items=[DirectiveEntry(directive=directive, status=each) for each in found])

    for verb, (kind, told) in _OF_VERSION.items():
        _add(router, parts, verb, kind, told)

    @router.post("/directives/{directive}/approve", responses=_ANSWERS, dependencies=[JSON_BODY])
    async def approve(directive: _DirectiveId, body: ApproveBody, who: Who) -> CommandAnswer:
        """Approve what was previewed, within bounds, by somebody else than its drafter."""
        who.need("commands:write")
        bounds = body.bounds.model_dump()
        command, outcome = await parts.commands.approve(
            who, directive, body.version, body.preview, bounds, body.basis
        )
        return CommandAnswer(command=command, outcome=outcome)

    @router.post("/commands", tags=["commands"], responses=_ANSWERS, dependencies=[JSON_BODY])
    async def run(body: CommandBody, who: Who) -> CommandAnswer:
        """Any command; the hub says what is wrong with its payload."""
        who.need("commands:write")
        command, outcome = await parts.commands.run(who, body.kind, body.basis, body.payload)
        return CommandAnswer(command=command, outcome=outcome)

    return router


def _add(router: APIRouter, parts: Parts, verb: str, kind: CommandKind, told: str) -> None:
    async def run(directive: _DirectiveId, body: VersionBody, who: Who) -> CommandAnswer:
        who.need("commands:write")
        payload = commanding.of_version(directive, body.version)
        command, outcome = await parts.commands.run(who, kind, body.basis, payload)
        return CommandAnswer(command=command, outcome=outcome)

    router.add_api_route(
        f"/directives/{{directive}}/{verb}",
        run,
        methods=["POST"],
        name=verb,
        description=told,
        responses=_ANSWERS,
        dependencies=[JSON_BODY],
    )
