"""A real Prometheus on a real hub sees all that dashboards and rules read, and alerts come and go."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from click.testing import CliRunner

from connectors.gateway.cloudevents import BATCHED
from connectors.kafka.config import KafkaConfig
from connectors.kafka.producer import KafkaTransactionalProducer
from deploy.cli.monitoring import monitoring
from deploy.cluster import Cluster
from deploy.prometheus.asking import ask_all, questions
from deploy.prometheus.folder import CONFIG
from deploy.signing import sign_token
from schemas.names import DTSEN_PERSONS
from schemas.records import Outgoing, TopicPartition
from tests.broker.prometheus_world import Watching, watching
from tests.connectors.gateway.world import person
from tests.console.hub import ConsoleHub, running
from tests.console.people import population
from tests.console.story import WIDER, tell
from tests.deploy.waiting import wait_until
from tests.monitoring.promtool import promtool, tool

pytestmark = pytest.mark.broker

WINDOW = "30s"
"""For rates: every second is looked at."""

EMPTY_HERE = {
    "jangkau-hub: Kemajuan pemulihan": "nothing is being restored",
    "jangkau-agencies: Peringatan yang menyala": "a batch is stalled only after a quarter of an hour",
}
"""What nothing answers on this hub, and why that is right."""

SERIES_AT_MOST = 1_000
"""Of one process on a hub of four partitions and few directives."""

PROCESSES = {"engine-0", "control", "gateway", "sink"}


@dataclass
class Watched:
    """A hub on which something of everything has happened, and who watches it."""

    hub: ConsoleHub
    prometheus: Watching


@pytest.fixture(scope="module")
def watched(embedded: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    tool("prometheus")
    home = tmp_path_factory.mktemp("watched")
    with running(embedded, home) as hub, watching(home / "monitoring", home) as prometheus:
        tell(hub)
        _over_http(hub)
        yield Watched(hub, prometheus)


def _over_http(hub: ConsoleHub) -> None:
    """One event that is accepted and one question that is not, so that the gateway has counted both."""
    claims: dict[str, object] = {
        "iss": hub.settings.gateway.issuer,
        "aud": hub.settings.gateway.audience,
        "sub": "petugas-uji",
        "scope": "events:write",
        "agency": "BPS",
    }
    keys = hub.settings.gateway_key_file, hub.settings.gateway_jwks_file
    token = sign_token(*keys, claims, datetime.now(UTC), timedelta(minutes=5))
    with httpx.Client(base_url=hub.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as bps:
        event = person(1, subject="7471010101900000")
        taken = bps.post("/events", json=[event], headers={"Content-Type": BATCHED})
        assert taken.status_code == 202, taken.text
        assert bps.get("/nowhere").status_code == 404


def test_promtool_takes_the_folder(watched: Watched) -> None:
    done = promtool("check", "config", str(watched.prometheus.folder / CONFIG))
    assert done.returncode == 0, done.stdout


def test_every_process_is_scraped(watched: Watched) -> None:
    seen = watched.prometheus.asked.targets
    watched.prometheus.until(lambda: seen() == dict.fromkeys(PROCESSES, "up"), "every process is up")


def test_every_panel_rule_and_alert_finds_its_data(watched: Watched) -> None:
    asked = watched.prometheus.asked

    def empty() -> set[str]:
        return {reply.question.where for reply in ask_all(asked, WINDOW) if not reply.series}

    wait_until(lambda: empty() <= set(EMPTY_HERE), f"all is answered but {set(EMPTY_HERE)}; empty: {empty()}")
    assert empty() == set(EMPTY_HERE)
    excused = {question.where for question in questions() if question.rightly_empty is not None}
    assert set(EMPTY_HERE) <= excused
    checked = CliRunner().invoke(monitoring, ["check", "--url", watched.prometheus.url])
    assert checked.exit_code == 0, checked.output


def test_what_is_shown_is_what_the_topics_say(watched: Watched) -> None:
    hub, asked = watched.hub, watched.prometheus.asked

    def shown(status: str) -> dict[str, int]:
        found = asked.query(f'sum by (directive) (jangkau_hub_coverage_persons{{status="{status}"}})')
        return {each["metric"]["directive"]: int(float(each["value"][1])) for each in found}

    def said(status: str) -> dict[str, int]:
        return {each.directive: getattr(each, status) for each in hub.totals("ID").directives}

    def agree(status: str) -> bool:
        return shown(status) == said(status)

    for status in ("eligible", "covered", "gap", "held"):
        watched.prometheus.until(partial(agree, status), f"{status} as published")
    assert said("held") == {"inpres-8-2025": 3}
    (rising,) = asked.query('sum(jangkau_engine_quarantined_records_total{agency="BPS"})')
    assert rising["value"][1] == "4"


def test_series_are_few_and_none_names_a_person(watched: Watched) -> None:
    hub, series = watched.hub, watched.prometheus.asked.query('{job="jangkau"}')
    names = {each["metric"]["__name__"] for each in series}
    assert {"jangkau_hub_lag_records", "jangkau_engine_persons", "jangkau_gateway_requests_total"} <= names
    counted = Counter(each["metric"]["instance"] for each in series)
    assert set(counted) == PROCESSES
    assert max(counted.values()) < SERIES_AT_MOST
    text = json.dumps(series)
    people = population()
    assert [each.nik for each in people if each.nik in text or hub.token_of(each) in text] == []


def test_what_waits_for_a_decision_fires(watched: Watched) -> None:
    wanted = {("JangkauDirectiveHeld", ""), ("JangkauHeldChangesWaiting", "inpres-8-2025")}
    watched.prometheus.until(lambda: wanted <= watched.prometheus.firing(), "both decisions are asked for")
    assert watched.hub.directive_state(WIDER) == "HELD"


def test_an_open_transaction_ages_and_holds_back_what_can_be_read(watched: Watched) -> None:
    asked, place = watched.prometheus.asked, TopicPartition(DTSEN_PERSONS, 0)
    age = f'jangkau_hub_open_transaction_seconds{{topic="{DTSEN_PERSONS}", partition="0"}}'
    hidden = f'{{topic="{DTSEN_PERSONS}", partition="0"}}'
    behind = f"jangkau_hub_lag_records{hidden} - jangkau_hub_lag_readable_records{hidden} > 0"
    assert [each["value"][1] for each in asked.query(age)] == ["0"]
    publisher = KafkaTransactionalProducer(KafkaConfig(watched.hub.cluster.bootstrap_servers), "left-open")
    publisher.init()
    try:
        publisher.begin()
        publisher.produce(Outgoing(place, [b"0" * 32], [b"?"]))
        publisher.send_offsets({}, None)  # until the broker has the record
        waiting = f"{age} > 1 and on (topic, partition) ({behind})"
        watched.prometheus.until(lambda: bool(asked.query(waiting)), "it ages, and holds back what is there")
    finally:
        publisher.abort()
        publisher.close()
    watched.prometheus.until(lambda: bool(asked.query(f"{age} == 0")), "it is over")


def test_a_killed_gateway_fires_until_it_is_back(watched: Watched) -> None:
    hub, prometheus = watched.hub, watched.prometheus
    gone = {("JangkauProcessDown", "gateway"), ("JangkauHubUnseen", "")}
    assert not gone & prometheus.firing()
    hub.kill("gateway")
    prometheus.until(lambda: gone <= prometheus.firing(), "a process is down and nobody sees the hub")
    assert prometheus.asked.query("jangkau_hub_lag_records") == [], "what nobody sees is not shown"
    hub.start_again("gateway")
    prometheus.until(lambda: not gone & prometheus.firing(), "it is over")
    prometheus.until(lambda: bool(prometheus.asked.query("jangkau_hub_lag_records")), "lag is seen again")


def test_a_killed_engine_is_seen_by_what_waits(watched: Watched) -> None:
    hub, prometheus = watched.hub, watched.prometheus
    felt = {
        ("JangkauProcessDown", "engine-0"),
        ("JangkauPartitionsUnowned", ""),
        ("JangkauVerdictsLate", "BPS"),
    }
    assert not felt & prometheus.firing()
    hub.kill("engine-0")
    people = population()[:20]
    with hub.publisher.batch("BPS", "PART", batch_id="dtsen-while-no-engine") as batch:
        for each in people:
            batch.send(each.parsed, each.ranked(batch.id, 2))
    prometheus.until(lambda: felt <= prometheus.firing(), "it is felt")
    waiting = prometheus.asked.query('sum(jangkau_hub_lag_records{agency="BPS"})')
    assert [each["value"][1] for each in waiting] == [str(len(people))]
    hub.start_again("engine-0")
    prometheus.until(lambda: not felt & prometheus.firing(), "it is over")
