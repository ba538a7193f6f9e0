from pathlib import Path

from deploy.embedded.diagnosis import diagnose, telling_lines
from deploy.errors import NoSpace, PortInUse, ProcessDied

_KAFKA_BIND = """\
2026-01-05T08:00:00.000Z ERROR KafkaRaftServer Exiting Kafka due to fatal exception
KafkaException: Socket server failed to bind to 127.0.0.1:24963: Address already in use.
	at kafka.network.Acceptor.openServerSocket(SocketServer.scala:731)
"""
_REGISTRY_BIND = """\
Port 27891 seems to be in use by another process. It may already be running.
java.net.BindException: Port(s) already bound
"""
_FULL = """\
ERROR Error while writing to checkpoint file
java.io.IOException: No space left on device
	at java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)
"""


def test_a_port_taken_by_another_is_named() -> None:
    for output, port in ((_KAFKA_BIND, 24963), (_REGISTRY_BIND, 27891)):
        error = diagnose("the broker", output, Path("data"))
        assert isinstance(error, PortInUse)
        assert error.port == port


def test_a_full_disk_is_named() -> None:
    error = diagnose("the broker", _FULL, Path("data"))
    assert isinstance(error, NoSpace)
    assert "data" in str(error)


def test_other_deaths_show_the_lines_that_matter_and_the_log() -> None:
    output = (
        "INFO starting\nERROR the log is broken\n\tat a.b.C(D.java:1)\nCaused by: x.Y: bad magic\nINFO bye\n"
    )
    error = diagnose("the broker", output, Path("data"), Path("logs/kafka.log"))
    assert isinstance(error, ProcessDied)
    assert str(error).splitlines() == [
        "the broker failed; the whole log is logs/kafka.log",
        "  ERROR the log is broken",
        "  Caused by: x.Y: bad magic",
    ]
    assert error.remedy


def test_without_a_telling_line_the_last_ones_are_shown() -> None:
    assert telling_lines("\n".join(f"line {n}" for n in range(20))) == [f"line {n}" for n in range(15, 20)]
    assert "printed nothing" in str(diagnose("the broker", "", Path("data")))


def test_data_of_a_newer_release_are_named() -> None:
    output = (
        "2026-11-25T21:47:47.352Z ERROR SharedServer Got exception while starting SharedServer\n"
        "Caused by: org.apache.kafka.common.errors.UnsupportedVersionException: "
        "Can't read version 4 of BrokerEndpoint"
    )
    error = diagnose("the broker", output, Path("data"))
    assert "a newer release of it wrote them" in str(error)
    assert "jangkau reset" in (error.remedy or "")
