"""A reject as a record of hub.quarantine: kept as it came, sealed, with a reason that names no value."""

import re

from schemas.codec import AvroCodec
from schemas.names import HUB_QUARANTINE
from schemas.sealing import SealingKey
from streams.engine.intake import Reject

_FRAME_BYTES = 5
_DIGIT_RUN = re.compile(r"\d{12,}")


class QuarantineRecords:
    """Encodes rejects. The seal is bound to the record's origin, so that none can be moved to another's
    place.
    """

    def __init__(self, codec: AvroCodec, sealing: SealingKey) -> None:
        self._codec, self._sealing = codec, sealing

    def __call__(self, reject: Reject) -> tuple[bytes, bytes]:
        """Key and value on hub.quarantine."""
        batch, i = reject.batch, reject.position
        origin = f"{batch.source.topic}/{batch.source.partition}/{batch.offsets[i]}".encode()
        value = batch.values[i]
        record = {
            "topic": batch.source.topic,
            "partition": batch.source.partition,
            "offset": int(batch.offsets[i]),
            "reason": reject.reason,
            "detail": reject.detail,
            "batch": without_personal_digits(reject.batch_id) or None,
            "schema_id": _schema_id(value),
            "sealed_key": self._seal(batch.keys[i], origin),
            "sealed_value": self._seal(value, origin),
            "key_id": self._sealing.key_id,
            "recorded_at": int(batch.timestamps[i]),
        }
        return origin, self._codec.encode(HUB_QUARANTINE, record)

    def _seal(self, plain: bytes | None, origin: bytes) -> str | None:
        return None if plain is None else self._sealing.seal(plain, origin)


def without_personal_digits(text: str) -> str:
    """Free text from outside with long runs of digits masked: a batch id must not carry a NIK along."""
    return _DIGIT_RUN.sub("*", text)


def _schema_id(value: bytes | None) -> int | None:
    if value is None or len(value) < _FRAME_BYTES or value[0] != 0:
        return None
    return int.from_bytes(value[1:_FRAME_BYTES], "big", signed=True)
