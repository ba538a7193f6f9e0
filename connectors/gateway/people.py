"""Questions about single persons: each leaves a trail on hub.lookups before anything is answered."""

import asyncio
import dataclasses
import json
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.client.event_json import Fault
from connectors.gateway.personal import NO_NUMBER, in_text, read_person
from connectors.gateway.ports import Codec, Log, Say, Views
from connectors.gateway.problems import Problem
from connectors.gateway.scopes import Principal
from connectors.gateway.waiting import Waiting
from schemas.errors import ContractBroken, Retryable
from schemas.events import Answer, Lookup
from schemas.ids import PersonToken
from schemas.names import HUB_LOOKUPS, LookupKind
from schemas.records import Outgoing, TopicPartition
from schemas.tokens import Tokenizer

log = logging.getLogger("gateway")

ANSWER_S = 45.0
"""As long as a takeover of the person's partition may last."""
ASK_AGAIN_S = 3.0
TOKENS_AT_MOST = 100
_BY_KEY = -1

NO_ANSWER = "the engine that owns the person did not answer; see `jangkau status`, then ask again"


@dataclass(frozen=True, slots=True)
class Resolved:
    """``persons``: token and NIK. ``refused``: tokens of other regions, or of nobody; which, is not told."""

    persons: tuple[tuple[str, str], ...]
    refused: tuple[str, ...]


class People:
    """Look-ups over the hub's own topics; many at once."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        tokenizer: Tokenizer,
        waiting: Waiting[Answer],
        view: Views,
        clock: Callable[[], datetime],
        *,
        say: Say,
        answer_s: float = ANSWER_S,
        again_s: float = ASK_AGAIN_S,
    ) -> None:
        self._say = say
        self._log, self._codec, self._tokenizer, self._waiting = log, codec, tokenizer, waiting
        self._view, self._clock, self._answer_s, self._again_s = view, clock, answer_s, again_s

    async def explain(self, who: Principal, person: str, purpose: str) -> dict[str, Any]:
        """Why a person's coverage is what it is; a 404 for nobody, and for people of other regions."""
        stated, token = _purpose(purpose), self._token(person)
        question = self._lookup(who, stated, "EXPLAIN")
        answer = await self._ask(token, question)
        explanation = json.loads(answer.explanation) if answer.found else None
        found = explanation is not None and who.reaches(explanation["region"])
        log.info("look-up", extra={"lookup": question.lookup, "kind": question.kind, "found": found})
        if explanation is None or not found:
            raise Problem("not-found", "nobody of this number or token in the regions of the token")
        history = await self._history(token)
        return {
            "token": token.hex,
            "name": self._say.name(explanation["region"]),
            "spoken": _both(self._say.spoken(answer.explanation)),
            "sentences": _both(self._say.sentences(answer.explanation)),
            "explanation": explanation,
            "history": None if history is None else [dataclasses.asdict(each) for each in history],
        }

    async def _history(self, token: PersonToken) -> Sequence[Any] | None:
        """``None`` without a view, and while its database is away: the verdict does not wait for it."""
        try:
            view = await self._view.get()
            return await view.history(token) if view is not None else None
        except Retryable as error:
            log.warning("a look-up is answered without history: %s", error)
            return None

    async def resolve(self, who: Principal, tokens: Sequence[str], purpose: str) -> Resolved:
        """The NIKs behind tokens of persons who live in the caller's regions now."""
        stated = _purpose(purpose)
        found = [self._parsed(number, text) for number, text in enumerate(tokens)]
        questions = [self._lookup(who, stated, "EXPLAIN") for _ in found]
        answers = await asyncio.gather(*map(self._ask, found, questions))
        within = [
            token
            for token, answer in zip(found, answers, strict=True)
            if answer.found and who.reaches(json.loads(answer.explanation)["region"])
        ]
        niks = {token: nik for token in within if (nik := self._nik(token)) is not None}
        looks = [self._lookup(who, stated, "RESOLVE") for _ in niks]
        await asyncio.gather(*map(self._write, niks, looks))
        counts = {"kind": "RESOLVE", "count": len(found), "persons": len(niks)}
        log.info("look-ups", extra={**counts, "lookup": [look.lookup for look in looks]})
        return Resolved(
            tuple((token.hex, nik) for token, nik in niks.items()),
            tuple(token.hex for token in found if token not in niks),
        )

    def _token(self, person: str) -> PersonToken:
        try:
            return read_person(person, self._tokenizer)
        except ContractBroken as broken:
            raise Problem("faults", "whom?", faults=[Fault(("person",), broken.detail)]) from None

    def _parsed(self, number: int, text: str) -> PersonToken:
        try:
            return PersonToken.parse(text)
        except ContractBroken as broken:
            raise Problem("faults", "whom?", faults=[Fault(("tokens", number), broken.detail)]) from None

    def _nik(self, token: PersonToken) -> str | None:
        try:
            return self._tokenizer.nik(token).reveal()
        except ContractBroken:
            return None

    def _lookup(self, who: Principal, purpose: str, kind: LookupKind) -> Lookup:
        return Lookup(uuid.uuid4().hex, who.subject, purpose, self._clock(), kind)

    async def _write(self, token: PersonToken, lookup: Lookup) -> None:
        """Write a look and see it acknowledged; raises ``Retryable``."""
        await asyncio.wrap_future(self._log.append([self._record(token, lookup)]))

    async def _ask(self, token: PersonToken, question: Lookup) -> Answer:
        record = self._record(token, question)
        written: list[asyncio.Future[None]] = []

        def put() -> None:
            # An engine that takes the partition over reads the last minute only: the same question again.
            written.append(asyncio.wrap_future(self._log.append([record])))

        answer = await self._waiting.answer(question.lookup, put, self._answer_s, self._again_s)
        # Nobody is told anything before the look at their data is on the log.
        ended = await asyncio.gather(*written, return_exceptions=True)
        failures = [each for each in ended if isinstance(each, BaseException)]
        if len(failures) == len(ended):
            raise failures[0]
        if answer is None:
            raise Problem("no-answer", NO_ANSWER)
        return answer

    def _record(self, token: PersonToken, lookup: Lookup) -> Outgoing:
        value = self._codec.encode(HUB_LOOKUPS, lookup.to_record())
        return Outgoing(TopicPartition(HUB_LOOKUPS, _BY_KEY), [token.hex.encode("ascii")], [value])


def _purpose(purpose: str) -> str:
    stated = purpose.strip()
    if not stated or in_text(stated):
        detail = NO_NUMBER if stated else "must be stated"
        raise Problem("faults", "a purpose is recorded", faults=[Fault(("purpose",), detail)])
    return stated


def _both(said: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"id": first, "en": second} for first, second in said]
