"""Random lines of a history: few persons, few versions, few days, so that they meet and collide."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.fakes.faults import Point
from tests.property.decisions import DIRECTIVES
from tests.property.strategies import MEMBERSHIP_FLAWS, PERSON_FLAWS

Lines = SearchStrategy[str]

IN_A_TRANSACTION: Sequence[Point] = (
    "before_produce",
    "after_produce",
    "before_send_offsets",
    "after_send_offsets",
    "before_commit",
)
OUTSIDE: Sequence[Point] = (
    "before_consume",
    "after_consume",
    "before_seek",
    "before_committed",
    "before_control",
    "after_control",
    "before_restore",
    "after_restore",
    "before_rebuild",
    "after_rebuild",
    "before_high_watermark",
    "before_start_offset",
    "before_offset_at",
    "before_topic_id",
    "before_delete",
    "after_delete",
    "before_tell",
)
DEADLY: Sequence[Point] = (
    *IN_A_TRANSACTION,
    *OUTSIDE,
    "before_begin",
    "after_commit",
    "before_abort",
    "after_tell",
)


def _options(**values: SearchStrategy[object]) -> Lines:
    """Some of these, each with its value."""
    return st.fixed_dictionaries({}, optional=values).map(
        lambda chosen: "".join(f" {name} {value}" for name, value in chosen.items())
    )


def _line(*parts: str | SearchStrategy[object]) -> Lines:
    """Parts joined as they are."""
    each = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*each).map(lambda said: "".join(map(str, said)))


def _some(of: Sequence[object]) -> Lines:
    return st.lists(st.sampled_from(of), min_size=1, max_size=2, unique=True).map(
        lambda chosen: "+".join(map(str, chosen))
    )


_one = st.sampled_from
_person = _one("abcdef")
_ranked = _line(
    "ranked ",
    _person,
    " v",
    st.integers(0, 7),
    _options(
        decile=_one([9, 1, "none"]),
        region=_one(["74.71", "74.01", "91.01", "93.01", "74"]),
        work=_one([4, "none"]),
        born=_one(["2008-04-11", "1962-04-10", "2008-02-29"]),
        presence=_one(["DECEASED", "REMOVED", "ABROAD"]),
        batch=_one("b"),
    ),
)
_enrolment = _line(
    " ",
    _one(["BPU", "PU", "JAKON"]),
    _one([":2026-03-31", ":2026-04-30", ":2025-12-31", ":2026-02-28"]),
    _one(["", ":JKK", ":JKM+JHT"]),
)
_insured = _line(
    "insured ",
    _person,
    " v",
    st.integers(0, 3),
    st.lists(_enrolment, max_size=2).map(lambda held: "".join(held) or " nothing"),
    _options(cause=_one(["DIED"]), batch=_one("b")),
)
_flaw = _one(["null", "junk", "elsewhere", "no-key"]) | st.integers(
    0, max(len(PERSON_FLAWS), len(MEMBERSHIP_FLAWS)) - 1
)
_unusable = _line("unusable ", _person, _one([" dtsen ", " bpjs "]), _flaw)
_again = _line("again ", st.integers(1, 3))

facts = st.lists(_ranked | _ranked | _insured | _again | _unusable, min_size=1, max_size=5)

_document = _line(
    _one(DIRECTIVES[::-1]),
    " v",
    st.integers(1, 3),
    _options(
        deciles=_some([1, 2, 9, "none"]),
        regions=_some(["74.71", "74", "93", "74.01.01"]),
        work=_some([1, 4]),
        ages=_one(["0-64", "18-18", "65-120"]),
        requires=_one(["JKK", "JKM+JHT"]),
    ),
)
_rollout = _line(
    _one(DIRECTIVES[::-1]),
    " v",
    st.integers(1, 3),
    _one(
        [" rollout 2026-04-01@74.71,2026-04-21@", " rollout 2026-04-01@74.01+93,2026-04-12@74.71,2026-05-11@"]
    ),
)
_regencies = _one(["", " 74.71 0", " 74.71 1", " 74.01 2"])

decisions = st.one_of(
    _line("day ", _one([1, 0, 6, 31, 200])),
    _line("directive ", _document),
    _line("directive ", _rollout),
    _line("withdraw ", _one(["zz", "inpres-8-2025"]), " v", st.integers(1, 3)),
    _one(["pause", "go-on", "policy"]),
    _line("grant ", st.integers(0, 2), _regencies),
    _line(_one(["release", "refuse"]), _one(["", " 74", " 74.71"])),
    _line("preview ", _document),
    _line(_one(["erase ", "erase ", "reinstate "]), _person),
    _line("resume ", _one(["dtsen ", "bpjs "]), st.integers(0, 3)),
)

_where = _options(after=st.integers(1, 6), **{"while": _one(["sweeping", "rebuilding", "scanning"])})
_whose = _one(["", "", " of 1"])
faults = st.one_of(
    _line("abort ", _one(IN_A_TRANSACTION), _where, _whose),
    _line("fail ", _one([*OUTSIDE, *IN_A_TRANSACTION[:4]]), _where, _whose),
    _line("die ", _one(DEADLY), _where, _one(["", "", " down"]), _whose),
    _line("fence ", _one([*IN_A_TRANSACTION, "before_abort"]), _whose),
    _line("doubt ", _one(["applied ", "not ", "half "]), _one(["known", "fenced", "killed"]), _whose),
    _line("rewind", _whose),
)

_steps = [
    f"freeze {point}" for point in ("before_produce", "before_send_offsets", "before_commit", "after_commit")
]
processes = st.one_of(
    _line(_one(["crash", "restart", "kill", "leave"]), _whose).map(lambda line: [line]),
    _one([["start"], ["tell"], ["freeze"], ["freeze of 1"], *([step] for step in _steps)]),
    st.integers(1, 3).map(lambda calls: [f"registry {calls}", "restart"]),
    _one([["wait 1"], ["wait 61"], ["wait 90000"]]),
    _one([["lose"], ["lose 0"], ["lose 1"]]),
)
