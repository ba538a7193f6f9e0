"""A batch id comes from outside and goes into counts and receipts: it must not carry a NIK along."""

import pytest

from schemas.errors import ContractBroken
from schemas.masking import MASK
from schemas.names import DTSEN_PERSONS, HUB_PARTIALS, HUB_STATE
from streams.control.receipts import ReceiptBook
from tests.e2e.niks import Niks
from tests.oracle.examples import ANA, BUDI, person
from tests.streams.control.test_receipts import manifest
from tests.streams.engine.world import World

NIK = "7471010101900000"


def test_neither_the_batch_of_a_value_nor_that_of_a_header_shows_a_nik(world: World) -> None:
    world.start()
    world.publish(DTSEN_PERSONS, ANA, person(batch=f"load-{NIK}"))
    world.publish(DTSEN_PERSONS, BUDI, b"\x07", headers={"batch": NIK.encode()})
    world.publish(DTSEN_PERSONS, BUDI, b"\x07", headers={"batch": b"BPS-20260101093000"})
    world.settle()
    niks = Niks([NIK])
    told = [value for topic in (HUB_STATE, HUB_PARTIALS) for _, value, _ in world.records(topic)]
    assert told
    assert not any(map(niks.within, told))
    names = {
        batch["batch"]
        for _, value, _ in world.records(HUB_PARTIALS)
        for batch in world.codec.decode(HUB_PARTIALS, value or b"")["batches"]
    }
    assert names == {f"load-{MASK}", MASK, "BPS-20260101093000"}


def test_a_manifest_under_a_nik_is_rejected_before_there_is_a_receipt() -> None:
    book = ReceiptBook(partitions=2)
    with pytest.raises(ContractBroken) as broken:
        book.announce(NIK, manifest(1), 0)
    assert broken.value.reason == "INVALID_KEY"
    assert NIK not in str(broken.value)
    book.announce("BPS-20260101093000", manifest(1), 1)
