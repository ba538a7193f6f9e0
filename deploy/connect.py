"""Which cluster a command talks to: the configured one, else that of the hub running here."""

from deploy.cluster import Cluster
from deploy.settings import Settings
from deploy.supervision.hub import hub_cluster


def external_cluster(settings: Settings) -> Cluster | None:
    """The configured cluster; None when this machine's own is meant."""
    servers, url = settings.kafka.bootstrap_servers, settings.registry.url
    return Cluster(servers, url) if servers and url else None


def find_cluster(settings: Settings) -> Cluster:
    """The configured cluster, else the running hub's. Raises HubNotRunning if there is neither."""
    return external_cluster(settings) or hub_cluster(settings.data_dir)
