"""`jangkau token`: a bearer token for the gateway, for development."""

import getpass
import re
from datetime import UTC, datetime, timedelta

import click

from connectors.gateway.scopes import EVENT_TYPES, SCOPES
from deploy.settings import load_settings
from deploy.signing import scope_claim, sign_token
from schemas.errors import ContractBroken, InvalidInput
from schemas.ids import RegionCode
from schemas.names import AGENCIES, NATION

_LONGEST = timedelta(days=30)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@click.command()
@click.option("--agency", type=click.Choice(AGENCIES), help="For whom it publishes; a branch has none.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be repeated."
)
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
    scopes: tuple[str, ...],
    types: tuple[str, ...],
    regions: tuple[str, ...],
    ttl: str,
    by: str,
) -> None:
    """Token untuk gerbang HTTP. / Issue a bearer token with the key that `jangkau up` made.

    For development: in production tokens come from your own issuer (JANGKAU_GATEWAY__JWKS).
    """
    settings = load_settings()
    claims: dict[str, object] = {
        "iss": settings.gateway.issuer,
        "aud": settings.gateway.audience,
        "sub": by,
        "scope": scope_claim(scopes),
        "regions": [_region(text) for text in regions],
    }
    if agency:
        claims["agency"] = agency
    if types:
        claims["types"] = list(types)
    now = datetime.now(UTC)
    click.echo(sign_token(settings.gateway_key_file, settings.gateway_jwks_file, claims, now, lifetime(ttl)))


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
