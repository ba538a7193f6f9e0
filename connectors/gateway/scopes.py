"""Who asks, and what a token or a role may allow."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from connectors.gateway.problems import Problem
from schemas.names import NATION, Agency

Scope = Literal[
    "events:write",
    "receipts:read",
    "persons:explain",
    "persons:resolve",
    "coverage:read",
    "directives:read",
    "commands:write",
    "hub:read",
    "agencies:read",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)

Role = Literal["viewer", "agency", "programme"]
ROLES: tuple[Role, ...] = get_args(Role)

_SEES: tuple[Scope, ...] = ("hub:read", "directives:read")
SCOPES_OF: Mapping[Role, tuple[Scope, ...]] = {
    "viewer": _SEES,
    "agency": (*_SEES, "receipts:read"),
    "programme": (*_SEES, "agencies:read", "persons:explain", "coverage:read"),
}
"""What a role adds to the scopes of a token: what the console's pages ask for."""

PERSON_RANKED = "id.jangkau.dtsen.person-ranked.v1"
MEMBERSHIP = "id.jangkau.bpjs.membership-snapshot.v1"
DIRECTIVE = "id.jangkau.kemnaker.directive.v1"
MANIFEST = "id.jangkau.agency.manifest.v1"
EVENT_TYPES = (PERSON_RANKED, MEMBERSHIP, DIRECTIVE, MANIFEST)

TYPES_OF: Mapping[Agency, tuple[str, ...]] = {
    "BPS": (PERSON_RANKED, MANIFEST),
    "BPJSTK": (MEMBERSHIP, MANIFEST),
    "KEMNAKER": (DIRECTIVE,),
}
"""What an agency publishes, if its token does not narrow it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a bearer token speaks for. ``agency`` is ``None`` for those who publish nothing, as a branch.

    ``scopes`` are those of the token and of its ``role``; ``expires_at`` in seconds since 1970.
    """

    subject: str
    agency: Agency | None
    scopes: frozenset[str]
    types: tuple[str, ...]
    regions: tuple[str, ...]
    role: Role | None
    expires_at: float

    def need(self, scope: Scope) -> None:
        """Raise the 403 that names the scope, unless the token has it."""
        if scope not in self.scopes:
            raise Problem(
                "scope-missing",
                f"this needs the scope {scope}",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
                more={"scope": scope},
            )

    def may(self, scope: Scope) -> bool:
        """Whether the token has the scope."""
        return scope in self.scopes

    def reaches(self, region: str | None) -> bool:
        """Whether a region lies in one of the token's; ``ID`` reaches all, and who has no region."""
        if NATION in self.regions:
            return True
        return region is not None and any(
            region == own or region.startswith(own + ".") for own in self.regions
        )

    def need_agency(self) -> Agency:
        """The agency; a 403 for a token without one."""
        if self.agency is None:
            raise Problem("scope-missing", "this needs a token of an agency: the claim `agency`")
        return self.agency
