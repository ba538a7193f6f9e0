"""What every value on the topics can do."""

from typing import Any, ClassVar, Self

from schemas.convert import from_plain, to_plain


class WireRecord:
    """A value with a plain form, the one ``AvroCodec`` encodes and decodes."""

    NAMESPACE: ClassVar[str] = "jangkau.hub"
    __slots__ = ()

    def to_record(self) -> dict[str, Any]:
        """The plain form."""
        kind: Any = type(self)
        record: dict[str, Any] = to_plain(kind)(self)
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """From the plain form as decoded by our schema; nothing is checked again."""
        kind: Any = cls
        value: Self = from_plain(kind)(record)
        return value
