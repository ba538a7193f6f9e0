"""Options that say which records of quarantine are meant, the same for every command about them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from deploy.query.quarantine import Wanted, parse_origin
from schemas.errors import InvalidInput
from schemas.names import AGENCIES, REJECT_REASONS, TOPIC_OF_AGENCY, Agency

F = TypeVar("F", bound=Callable[..., Any])

ZONE = ZoneInfo("Asia/Jakarta")
"""Of days and times without an offset."""


def filters(command: F) -> F:
    """Adds --reason, --topic, --agency, --batch, --since and --until; the command gets ``wanted``."""

    @click.option("--reason", type=click.Choice(REJECT_REASONS), help="Only these.")
    @click.option("--topic", help="Only from this topic.")
    @click.option("--agency", type=click.Choice(AGENCIES), help="Only from this agency's topic of events.")
    @click.option("--batch", help="Only of this batch.")
    @click.option("--since", help="Only what came then or later: 2026-03-02, or 2026-03-02T19:00 (Jakarta).")
    @click.option("--until", help="Only what came before.")
    @wraps(command)
    def asked(
        *args: Any,
        reason: str | None,
        topic: str | None,
        agency: Agency | None,
        batch: str | None,
        since: str | None,
        until: str | None,
        **options: Any,
    ) -> Any:
        if topic is not None and agency is not None:
            raise InvalidInput("--topic and --agency say the same: give one")
        wanted = Wanted(
            reason=reason,
            topic=TOPIC_OF_AGENCY[agency] if agency is not None else topic,
            batch=batch,
            since=_moment("--since", since),
            until=_moment("--until", until),
        )
        return command(*args, wanted=wanted, **options)

    return asked  # type: ignore[return-value]  # click takes any callable


def named(origins: Sequence[str], wanted: Wanted) -> Wanted:
    """Those of the origins, or those the options mean. Raises ``InvalidInput`` for both, or for neither:
    everything has to be asked for.
    """
    if bool(origins) == (wanted != Wanted()):
        raise InvalidInput(
            "which records are meant?",
            remedy="name them by TOPIC/PARTITION/OFFSET, or say which by --reason, --batch …, not both",
        )
    return Wanted(origins=frozenset(map(parse_origin, origins))) if origins else wanted


def _moment(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{option}: not a time", remedy="as 2026-03-02 or 2026-03-02T19:00") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZONE)
