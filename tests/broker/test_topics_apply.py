"""`jangkau topics` and the codec on a real broker and a real registry."""

import json
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from deploy.cluster import Cluster
from schemas.avsc import schema, schema_text
from schemas.catalog import load_catalog
from schemas.codec import AvroCodec
from schemas.errors import ContractBroken, Refused
from schemas.events import Lookup
from schemas.names import HUB_LOOKUPS, subject
from schemas.registry import SchemaRegistry

pytestmark = pytest.mark.broker


def topics(command: str, cluster: Cluster) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "JANGKAU_KAFKA__BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "JANGKAU_REGISTRY__URL": cluster.registry_url,
    }
    argv = [sys.executable, "-m", "jangkau", "topics", command]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)


def test_apply_makes_the_cluster_as_the_catalogue_says(embedded: Cluster) -> None:
    applied = topics("apply", embedded)
    assert applied.returncode == 0, applied.stderr
    admin = KafkaAdmin(KafkaConfig(embedded.bootstrap_servers))
    found = admin.describe(load_catalog())
    for name, spec in load_catalog().items():
        assert found[name].config.items() >= spec.config.items()
    again = topics("plan", embedded)
    assert (again.returncode, again.stdout) == (
        0,
        "Topik sesuai katalog. / The topics are as the catalogue says.\n",
    )


def test_a_setting_changed_by_hand_is_planned_and_put_back(embedded: Cluster) -> None:
    assert topics("apply", embedded).returncode == 0
    admin = KafkaAdmin(KafkaConfig(embedded.bootstrap_servers))
    admin.set_config("hub.answers", {"retention.ms": "60000"})
    planned = topics("plan", embedded)
    assert (planned.returncode, planned.stdout) == (1, "~ hub.answers: retention.ms = 3600000\n")
    assert topics("apply", embedded).returncode == 0
    assert topics("plan", embedded).returncode == 0


def test_the_codec_speaks_with_a_real_registry(embedded: Cluster) -> None:
    registry = SchemaRegistry(embedded.registry_url)
    lookup = Lookup("l-1", "operator", "keluhan warga", datetime(2026, 3, 1, tzinfo=UTC))
    value = AvroCodec(registry).encode(HUB_LOOKUPS, lookup.to_record())
    assert Lookup.from_record(AvroCodec(registry).decode(HUB_LOOKUPS, value)) == lookup
    fresh = AvroCodec(SchemaRegistry(embedded.registry_url))
    assert len(fresh.decode_batch(HUB_LOOKUPS, [value, value]).rows) == 2
    with pytest.raises(ContractBroken) as caught:
        fresh.decode(HUB_LOOKUPS, b"\x00\x7f\xff\xff\xff" + value[5:])
    assert caught.value.reason == "UNKNOWN_SCHEMA"


def test_a_real_registry_refuses_a_breaking_schema(embedded: Cluster) -> None:
    registry = SchemaRegistry(embedded.registry_url)
    name = subject(f"test.{uuid.uuid4().hex}")
    assert registry.latest(name) is None
    registry.register(name, schema_text("PersonRanked"))
    registry.set_compatibility(name, "FULL_TRANSITIVE")
    wider, broken = schema("PersonRanked"), schema("PersonRanked")
    wider["fields"].append({"name": "note", "type": ["null", "string"], "default": None})
    broken["fields"].append({"name": "note", "type": "string"})
    assert registry.compatible(name, json.dumps(wider))
    assert not registry.compatible(name, json.dumps(broken))
    with pytest.raises(Refused, match="not compatible"):
        registry.register(name, json.dumps(broken))
    registry.register(name, json.dumps(wider))
    # Registries keep the schema, not its spelling.
    assert json.loads(registry.latest(name) or "") == wider
