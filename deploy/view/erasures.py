"""Erasures as lines for people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from deploy.query.erasures import Erasure
from deploy.view.numbers import moment
from schemas.events import ErasureProof


def done_lines(proof: ErasureProof, remains: Sequence[tuple[str, str]]) -> list[str]:
    """What was done, where that can be seen, and what is left."""
    return [
        "Dihapus: keadaan dan verdict orang ini tidak ada lagi; fakta yang datang kemudian tidak disimpan.",
        "Erased: no state and no verdict of this person is left; facts that come later are not kept.",
        f"  bukti / proof: {proof_text(proof)}",
        "",
        "Yang masih tersisa, dan berapa lama / What is still there, and how long:",
        *(f"  {topic}: {kept}" for topic, kept in remains),
        "  salinan pelanggan / subscribers' copies: they have the tombstone, and delete by their own rules",
        "  cadangan / backups: by the rules of whoever keeps them",
    ]


def proof_text(proof: ErasureProof) -> str:
    """Where an erasure can be seen to be carried out."""
    return (
        f"hub.state partition {proof.partition} to offset {proof.state_offset}, "
        f"with hub.control to offset {proof.control_offset}"
    )


def erasure_lines(erasures: Iterable[Erasure]) -> list[str]:
    """One erasure a paragraph."""
    lines: list[str] = []
    for each in erasures:
        lines += [
            f"{moment(each.decided_at)}  {each.person}  {_standing(each)}",
            f"  {each.by}: {each.basis}",
            *([f"  bukti / proof: {proof_text(each.proof)}"] if each.proof else []),
        ]
    return lines or ["Tidak ada. / There are none."]


def erasures_plain(erasures: Iterable[Erasure]) -> list[Mapping[str, object]]:
    """For JSON."""
    return [asdict(each) | {"standing": _standing(each).partition(" / ")[2]} for each in erasures]


def _standing(erasure: Erasure) -> str:
    if erasure.reinstated_at is not None:
        return f"dipulihkan {moment(erasure.reinstated_at)} / reinstated"
    return "menunggu mesin / waiting for an engine" if erasure.proof is None else "terlaksana / carried out"
