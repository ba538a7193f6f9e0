"""From the Authorization header to who asks: a signed token, checked whole."""

from dataclasses import dataclass
from typing import Any, NoReturn

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from connectors.gateway.jwks import ALGORITHMS, Keys
from connectors.gateway.personal import in_text
from connectors.gateway.problems import Problem
from connectors.gateway.scopes import EVENT_TYPES, SCOPES_OF, TYPES_OF, Principal, Role
from schemas.errors import ContractBroken
from schemas.ids import RegionCode
from schemas.names import NATION, Agency

SKEW_S = 30
"""How far the clocks of issuer and gateway may differ."""

_LONGEST = 8_192
_REQUIRED = ["exp", "iss", "aud", "sub"]


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens are taken: the claims `iss` and `aud` must be these."""

    issuer: str
    audience: str


class Tokens:
    """Checks bearer tokens."""

    def __init__(self, keys: Keys, trust: Trust) -> None:
        self._keys, self._trust = keys, trust

    async def principal(self, authorization: str | None) -> Principal:
        """Who asks. Raises the 401 that says what is wrong with the token, never what is in it."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Problem(
                "unauthenticated",
                "send `Authorization: Bearer <token>`",
                headers={"WWW-Authenticate": 'Bearer realm="jangkau"'},
            )
        claims = await self._verified(token.strip())
        try:
            return _Claims.model_validate(claims).principal()
        except ValidationError as error:
            named = sorted({str(each["loc"][0]) for each in error.errors(include_input=False) if each["loc"]})
            _invalid(f"claims that cannot be used: {', '.join(named)}")

    async def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST:
            _invalid("the token is too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            _invalid("the token is not a JWT")
        kid, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS or not isinstance(kid, str):
            _invalid("the token must name its key (kid) and be signed with ES256 or RS256")
        key = await self._keys.get(kid)
        if key is None or key.algorithm_name != algorithm:
            _invalid("the token is signed with a key that is not known here")
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[algorithm],
                audience=self._trust.audience,
                issuer=self._trust.issuer,
                leeway=SKEW_S,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            _invalid("the token has expired")
        except jwt.ImmatureSignatureError:
            _invalid("the token is not valid yet")
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError):
            _invalid("the token is of another issuer, or for another audience")
        except jwt.PyJWTError:
            _invalid("the signature or a claim does not hold")
        return claims


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    sub: str = Field(min_length=1, max_length=200)
    exp: float
    agency: Agency | None = None
    role: Role | None = None
    scope: str = ""
    types: list[str] | None = None
    regions: list[str] = Field(default_factory=list, max_length=600)

    @field_validator("sub")
    @classmethod
    def _not_personal(cls, sub: str) -> str:
        # It is written on hub.lookups and hub.commands as who asked.
        if in_text(sub) or not sub.isprintable() or not sub.strip():
            raise ValueError("an office, a role or an account")
        return sub.strip()

    @field_validator("role")
    @classmethod
    def _whose(cls, role: Role | None, info: ValidationInfo) -> Role | None:
        if role == "agency" and info.data.get("agency") is None:
            raise ValueError("an agency's role needs the claim agency")
        return role

    @field_validator("regions")
    @classmethod
    def _known_form(cls, regions: list[str]) -> list[str]:
        for region in regions:
            if region != NATION:
                try:
                    RegionCode.parse(region)
                except ContractBroken as broken:
                    raise ValueError(broken.detail) from None
        return regions

    def principal(self) -> Principal:
        allowed = TYPES_OF[self.agency] if self.agency else ()
        types = allowed if self.types is None else tuple(name for name in allowed if name in self.types)
        assert set(types) <= set(EVENT_TYPES)
        scopes = {*self.scope.split(), *(SCOPES_OF[self.role] if self.role else ())}
        return Principal(
            self.sub, self.agency, frozenset(scopes), types, tuple(self.regions), self.role, self.exp
        )


def _invalid(detail: str) -> NoReturn:
    raise Problem(
        "unauthenticated",
        detail,
        headers={"WWW-Authenticate": 'Bearer realm="jangkau", error="invalid_token"'},
    )
