"""`jangkau token`: a bearer token for the gateway, for development."""

import getpass
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from connectors.gateway.scopes import EVENT_TYPES, ROLES, SCOPES
from deploy.settings import Settings, load_settings
from deploy.signing import scope_claim, sign_token
from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import RegionCode
from schemas.names import AGENCIES, NATION

_LONGEST = timedelta(days=30)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@click.command()
@click.option("--agency", type=click.Choice(AGENCIES), help="For whom it publishes; a branch has none.")
@click.option("--role", type=click.Choice(ROLES), help="For the console; brings its scopes along.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="May be repeated.")
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(EVENT_TYPES),
    help="Only these of the agency's.",
)
@click.option("--region", "regions", multiple=True, help="Kemendagri code, or ID for all; may be repeated.")
@click.option("--ttl", default="1h", show_default=True, help="How long it is good: 30m, 1h, 7d.")
@click.option("--by", default=getpass.getuser, show_default="your account", help="Whom it speaks for.")
def token(
    agency: str | None,
    role: str | None,
    scopes: tuple[str, ...],
    types: tuple[str, ...],
    regions: tuple[str, ...],
    ttl: str,
    by: str,
) -> None:
    """Token untuk gerbang HTTP. / Issue a bearer token with the key that `jangkau up` made.

    For development: in production tokens come from your own issuer (JANGKAU_GATEWAY__JWKS).
    """
    if not scopes and role is None:
        raise click.UsageError("--scope or --role is needed: what the token is for")
    claims: dict[str, object] = {"types": list(types)} if types else {}
    click.echo(
        issue(load_settings(), by, ttl, agency=agency, role=role, scopes=scopes, regions=regions, **claims)
    )


def issue(
    settings: Settings,
    by: str,
    ttl: str,
    *,
    agency: str | None = None,
    role: str | None = None,
    scopes: Sequence[str] = (),
    regions: Sequence[str] = (),
    **more: object,
) -> str:
    """A signed token. The programme office sees the nation unless told otherwise. Raises ``InvalidInput``."""
    if role == "agency" and agency is None:
        raise InvalidInput("the role agency needs --agency", remedy="as --role agency --agency BPS")
    chosen = regions or ([NATION] if role == "programme" else [])
    claims: dict[str, object] = {
        "iss": settings.gateway.issuer,
        "aud": settings.gateway.audience,
        "sub": by,
        "scope": scope_claim(scopes),
        "regions": [_region(text) for text in chosen],
        **({"agency": agency} if agency else {}),
        **({"role": role} if role else {}),
        **more,
    }
    now = datetime.now(UTC)
    return sign_token(settings.gateway_key_file, settings.gateway_jwks_file, claims, now, lifetime(ttl))


def lifetime(text: str) -> timedelta:
    """30m, 1h, 7d; raises ``InvalidInput``."""
    found = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", text)
    given = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None
    if given is None or given > _LONGEST:
        raise InvalidInput("--ttl: a number with m, h or d, at most 30d", remedy="as --ttl 1h")
    return given


def _region(text: str) -> str:
    if text == NATION:
        return text
    try:
        return RegionCode.parse(text).text
    except ContractBroken as broken:
        raise InvalidInput(f"--region: {broken.detail}", remedy="or ID for the whole nation") from None
