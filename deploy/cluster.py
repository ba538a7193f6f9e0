"""The cluster that commands talk to: addresses and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """A Kafka cluster and its schema registry.

    `bootstrap_servers` is `host:port[,host:port…]`; `registry_url` is the base address of a
    Confluent-API registry, to which `/subjects` and the like are appended.
    """

    bootstrap_servers: str
    registry_url: str
