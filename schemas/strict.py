"""A strict walk over one Avro body: is every byte what the writer schema allows, to the very end?

Readers are lax in different places (a boolean of 2, an enum index of -1, an int of 40 bits, bytes after
the record). This walk says what counts, and is asked only where the fast way is not sure.
"""

from collections.abc import Callable
from typing import Any

Walk = Callable[[bytes, int], int]
"""From a position in the body to the one after the value; raises ``Malformed``."""

_LONG_BYTES = 10
_INT_MIN, _INT_MAX = -(2**31), 2**31 - 1


class Malformed(ValueError):
    """The body is not what its schema says. The text names fields and never values."""


def check_body(walk: Walk, body: bytes) -> None:
    """Raise ``Malformed`` unless the body is exactly one well-formed value."""
    end = walk(body, 0)
    if end != len(body):
        raise Malformed("bytes follow after the record")


def compile_walk(avro: Any) -> Walk:
    """The walk of an inlined schema."""
    if isinstance(avro, list):
        return _union([compile_walk(branch) for branch in avro])
    kind = avro if isinstance(avro, str) else avro["type"]
    if kind == "record":
        return _record([(field["name"], compile_walk(field["type"])) for field in avro["fields"]])
    if kind == "enum":
        return _enum(len(avro["symbols"]))
    if kind == "array":
        return _blocks(compile_walk(avro["items"]))
    if kind == "map":
        return _blocks(_record([("key", _string), ("value", compile_walk(avro["values"]))]))
    if kind == "fixed":
        return _fixed(avro["size"])
    return _SCALARS[kind]


def read_long(body: bytes, position: int) -> tuple[int, int]:
    """A zigzag varint of at most 64 bits and the position after it."""
    number = shift = 0
    for end in range(position, min(position + _LONG_BYTES, len(body))):
        byte = body[end]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            if number >= 2**64:
                raise Malformed("a number has more than 64 bits")
            return (number >> 1) ^ -(number & 1), end + 1
        shift += 7
    raise Malformed(
        "the body ends too early" if len(body) - position < _LONG_BYTES else "a number is too long"
    )


def _null(body: bytes, position: int) -> int:
    return position


def _boolean(body: bytes, position: int) -> int:
    if body[position : position + 1] not in (b"\x00", b"\x01"):
        raise Malformed("a boolean is neither 0 nor 1")
    return position + 1


def _long(body: bytes, position: int) -> int:
    return read_long(body, position)[1]


def _int(body: bytes, position: int) -> int:
    number, end = read_long(body, position)
    if not _INT_MIN <= number <= _INT_MAX:
        raise Malformed("a number has more than 32 bits")
    return end


def _bytes(body: bytes, position: int) -> int:
    length, start = read_long(body, position)
    if not 0 <= length <= len(body) - start:
        raise Malformed("a length goes beyond the body")
    return start + length


def _string(body: bytes, position: int) -> int:
    _, start = read_long(body, position)
    end = _bytes(body, position)
    try:
        body[start:end].decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("text is not UTF-8") from None
    return end


def _fixed(size: int) -> Walk:
    def walk(body: bytes, position: int) -> int:
        if len(body) - position < size:
            raise Malformed("the body ends too early")
        return position + size

    return walk


def _enum(symbols: int) -> Walk:
    def walk(body: bytes, position: int) -> int:
        index, end = read_long(body, position)
        if not 0 <= index < symbols:
            raise Malformed("an enum symbol is not in the schema")
        return end

    return walk


def _union(branches: list[Walk]) -> Walk:
    def walk(body: bytes, position: int) -> int:
        index, start = read_long(body, position)
        if not 0 <= index < len(branches):
            raise Malformed("a union branch is not in the schema")
        return branches[index](body, start)

    return walk


def _blocks(item: Walk) -> Walk:
    def walk(body: bytes, position: int) -> int:
        while True:
            count, position = read_long(body, position)
            if count == 0:
                return position
            if count < 0:
                # The block says its size in bytes; what it holds must fill exactly that.
                size, position = read_long(body, position)
                count, end = -count, position + size
            else:
                end = None
            if count > len(body) - position:
                raise Malformed("an array is longer than the body")
            for _ in range(count):
                position = item(body, position)
            if end is not None and position != end:
                raise Malformed("an array block is not as long as it says")

    return walk


def _record(fields: list[tuple[str, Walk]]) -> Walk:
    def walk(body: bytes, position: int) -> int:
        name = ""
        try:
            for name, field in fields:  # noqa: B007 - named in the error
                position = field(body, position)
        except Malformed as fault:
            text = str(fault)
            path, colon, what = text.rpartition(": ")
            raise Malformed(f"{name}.{path}: {what}" if colon else f"{name}: {what}") from None
        return position

    return walk


_SCALARS: dict[str, Walk] = {
    "null": _null,
    "boolean": _boolean,
    "int": _int,
    "long": _long,
    "float": _fixed(4),
    "double": _fixed(8),
    "bytes": _bytes,
    "string": _string,
}
