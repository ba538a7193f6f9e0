"""What agencies send and operators decide, from the words of a line.

Persons are ``a`` to ``f``. What a line does not say is as in ``tests.oracle.examples``: lines stay
short.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from tests.oracle.examples import RELEASE, directive, enrolment, membership, person
from tests.oracle.records import Record
from tests.property.strategies import OBSERVED, TOKENS

PERSONS = dict(zip("abcdef", TOKENS, strict=True))
_RELEASES = 20254, 20261

Words = Sequence[str]


def _number(word: str) -> int | None:
    return None if word == "none" else int(word)


_RANKED: dict[str, tuple[str, Callable[[str], Any]]] = {
    "decile": ("decile", _number),
    "region": ("region", str),
    "work": ("work_status", _number),
    "born": ("birth_date", date.fromisoformat),
    "presence": ("presence", str),
    "into": ("replaced_by", lambda name: PERSONS[name]),
    "industry": ("industry", _number),
    "batch": ("batch", str),
}


def pairs(words: Words) -> dict[str, str]:
    """Words two by two: a name and what it is."""
    return dict(zip(words[::2], words[1::2], strict=True))


def version_of(word: str) -> int:
    """``v3`` is 3."""
    assert word.startswith("v"), word
    return int(word[1:])


def ranked(words: Words) -> tuple[str, Record]:
    """``a v2 decile 9 region 74.01``: token and ``PersonRanked``; v4 to v7 are of the next release."""
    number = version_of(words[1])
    said = {_RANKED[name][0]: _RANKED[name][1](word) for name, word in pairs(words[2:]).items()}
    version = _RELEASES[number // 4] * RELEASE + number % 4
    return PERSONS[words[0]], person(**{"batch": "a", "observed_at": OBSERVED, "version": version, **said})


def insured(words: Words) -> tuple[str, Record]:
    """``a v2 BPU:2026-03-31:JKK+JKM PU:2026-04-30`` or ``a v2 nothing``: token and ``MembershipSnapshot``;
    ``cause DIED`` and ``batch b`` may come last.
    """
    held = [_enrolment(word) for word in words[2:] if ":" in word]
    rest = pairs([word for word in words[2:] if ":" not in word and word != "nothing"])
    fields = {"batch": "a", "observed_at": OBSERVED, "version": version_of(words[1]), **rest}
    return PERSONS[words[0]], membership(*held, **fields)


def _enrolment(word: str) -> Record:
    segment, paid, *programs = word.split(":")
    return enrolment(segment, date.fromisoformat(paid), *(programs[0].split("+") if programs else ()))


def document(words: Words) -> Mapping[str, Any]:
    """``zz v2 deciles 1+4 regions 74.71 requires JKK rollout 2026-04-21@74.71+74.01,2026-05-20@``: a
    directive.
    """
    said = pairs(words[2:])
    means: dict[str, Any] = {}
    if "deciles" in said:
        means["welfare"] = _welfare(said["deciles"].split("+"))
    if "regions" in said:
        means["regions"] = said["regions"].split("+")
    if "work" in said:
        means["work_statuses"] = [int(n) for n in said["work"].split("+")]
    if "presence" in said:
        means["presence"] = said["presence"].split("+")
    if "ages" in said:
        first, last = said["ages"].split("-")
        means["age"] = {"from": int(first), "to": int(last)}
    made = directive(words[0], version_of(words[1]), **means)
    if "requires" in said:
        made["requires"] = said["requires"].split("+")
    if "rollout" in said:
        made["rollout"] = [_step(step) for step in said["rollout"].split(",")]
    return made


def _welfare(deciles: Sequence[str]) -> Record:
    ranks = [int(decile) for decile in deciles if decile != "none"]
    return {"deciles": ranks, "extreme_poor": False, "unranked": "none" in deciles}


def _step(word: str) -> Record:
    begins, _, regions = word.partition("@")
    return {"from": begins, "regions": regions.split("+") if regions else []}
