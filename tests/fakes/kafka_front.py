"""What a client takes for a broker, and that can be made to say what a real one says only for a moment."""

import socket
import struct
import threading
from typing import BinaryIO

_API_VERSIONS, _METADATA = 18, 3
_UNSUPPORTED_VERSION, _NO_LEADER = 35, 5
_ITSELF, _NOBODY = 1, -1


class KafkaFront:
    """On a free port of this machine. It answers what there is, and knows one topic of one partition.

    ``alone``: it names no broker, not even itself, as one does that has not been let in (again) yet; it names
    the topics all the same.
    """

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._server]
        self.alone = False
        self.waiting = 0
        """Questions for the metadata that are held back."""
        self._speaks = threading.Event()
        self._speaks.set()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._server.getsockname()
        return f"{host}:{port}"

    def hold(self) -> None:
        """Answer nothing until ``speak``."""
        self.waiting = 0
        self._speaks.clear()

    def speak(self) -> None:
        """Answer what has been asked, and what will be."""
        self._speaks.set()

    def close(self) -> None:
        """Hang up."""
        self.speak()
        for each in self._open:
            each.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as questions:
                while (question := _read(questions)) is not None:
                    key, version, number = struct.unpack(">hhi", question[:8])
                    if key == _METADATA:
                        self.waiting += 1
                    self._speaks.wait()
                    answer = struct.pack(">i", number) + self._answer(key, version)
                    connection.sendall(struct.pack(">i", len(answer)) + answer)
        except OSError:
            pass  # the client has hung up

    def _answer(self, key: int, version: int) -> bytes:
        return self._metadata() if key == _METADATA else _versions(version)

    def _metadata(self) -> bytes:
        port = self._server.getsockname()[1]
        itself = struct.pack(">i", _ITSELF) + _text("127.0.0.1") + struct.pack(">ih", port, -1)
        brokers = struct.pack(">i", 0) if self.alone else struct.pack(">i", 1) + itself
        error, leader = (_NO_LEADER, _NOBODY) if self.alone else (0, _ITSELF)
        partition = struct.pack(">hii iiii", error, 0, leader, 1, _ITSELF, 1, _ITSELF)
        topic = struct.pack(">h", 0) + _text("topic") + b"\0" + struct.pack(">i", 1) + partition
        return brokers + _text("front") + struct.pack(">ii", leader, 1) + topic


def _versions(asked: int) -> bytes:
    """The two questions that can be put, in versions with plain encodings."""
    error = 0 if asked == 0 else _UNSUPPORTED_VERSION  # then the client asks in the oldest
    known = struct.pack(">hhh hhh", _API_VERSIONS, 0, 0, _METADATA, 0, 2)
    return struct.pack(">hi", error, 2) + known


def _read(questions: BinaryIO) -> bytes | None:
    length = questions.read(4)
    return questions.read(*struct.unpack(">i", length)) if len(length) == 4 else None


def _text(value: str) -> bytes:
    return struct.pack(">h", len(value)) + value.encode()
