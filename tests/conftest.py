"""Fixtures shared by all tests: one real broker and registry for those that need them."""

import os
import signal
from collections.abc import Iterator

import pytest

from deploy.cluster import Cluster
from deploy.embedded import EmbeddedStack
from tests.connectors.sql.cluster import PostgresCluster, running_cluster

pytest.register_assert_rewrite("tests.streams.engine.laws")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background by a shell, which makes it deaf to Ctrl-C, and every process it starts:
    # tests of Ctrl-C need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A running Kafka broker and schema registry, one for the whole test session.

    Gives a `Cluster`: `.bootstrap_servers` and `.registry_url`. The first run fetches the artifacts;
    data lies in a temporary folder. With JANGKAU_KAFKA__BOOTSTRAP_SERVERS and JANGKAU_REGISTRY__URL
    set nothing is started and that cluster is used. All tests share it, so use topic, group and
    transactional ids of your own (for example with a uuid) and mark the test `broker`.
    """
    servers = os.environ.get("JANGKAU_KAFKA__BOOTSTRAP_SERVERS")
    url = os.environ.get("JANGKAU_REGISTRY__URL")
    if servers and url:
        yield Cluster(servers, url)
        return
    with EmbeddedStack(tmp_path_factory.mktemp("hub"), say=print) as stack:
        yield Cluster(stack.bootstrap_servers, stack.registry_url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """A running PostgreSQL, one for the whole test session; `.database()` makes a database of your own."""
    with running_cluster() as cluster:
        yield cluster
