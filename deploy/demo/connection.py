"""Joins the demo's parts to a running hub."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.client import Publisher, Subscriber
from connectors.client.position_source import PositionSource
from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.positions import KafkaGroupPositions
from connectors.kafka.reader import KafkaReader
from deploy.cluster import Cluster
from deploy.compose.asking import Asker
from deploy.demo.folder import DemoFolder
from deploy.demo.follower import Follower
from deploy.demo.observer import Observer
from deploy.demo.player import Player
from deploy.demo.recorder import Recorder
from deploy.query.access import codec, kafka_config, plain_producer, sources
from deploy.query.lookup import ask, new_lookup
from deploy.settings import Settings
from deploy.view.answer import Explanation
from deploy.view.explanation import lines, sentences
from schemas.errors import InvalidInput
from schemas.events import Answer, RegionTotals
from schemas.ids import PersonToken
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS
from schemas.records import TopicPartition
from schemas.regions import Regions


@dataclass(frozen=True)
class Connection:
    """Who plays and who watches; also what the screen shows."""

    player: Player
    observer: Observer
    lookup: Callable[[PersonToken], Answer]

    @property
    def published(self) -> int:
        """Events published."""
        return self.player.published

    @property
    def lag(self) -> int:
        """Events no engine has committed."""
        return self.observer.lag

    @property
    def recorded(self) -> int:
        """Records of coverage.persons."""
        return self.observer.recorder.records

    @property
    def quarantined(self) -> int:
        """Records in quarantine."""
        return self.observer.follower.quarantined.total()

    def explain(self, token: str | None) -> list[str]:
        """Why one person's coverage is what it is, in sentences; nothing for nobody."""
        if token is None:
            return []
        answer = self.lookup(PersonToken.parse(token))
        said = sentences(Explanation.parse(answer.explanation), Regions.load())
        return ["Satu orang dijelaskan / One person explained:", *(f"  {line}" for line in lines(said))]

    @property
    def totals(self) -> Mapping[str, RegionTotals]:
        """By region."""
        return dict(self.observer.follower.totals)


@contextmanager
def connect(settings: Settings, cluster: Cluster, folder: DemoFolder) -> Iterator[Connection]:
    """Connected and watching until the block ends. Raises ``InvalidInput`` where others have published."""
    with ExitStack() as opened:
        admin = KafkaAdmin(kafka_config(settings, cluster))
        _require_empty(admin)
        found = opened.enter_context(sources(settings, cluster))
        producer = opened.enter_context(plain_producer(settings, cluster))
        mine = codec(cluster)
        player = Player(
            Publisher(producer, mine),
            producer,
            mine,
            Asker(found, producer, mine),
            admin.partitions(AGENCY_FACTS[0]),
        )
        observer = _observer(settings, cluster, folder, admin)
        opened.callback(observer.stop)
        observer.start()

        def look_up(token: PersonToken) -> Answer:
            question = new_lookup("demo", "satu orang dijelaskan / one person explained", datetime.now(UTC))
            return ask(found.reader, found.ends, producer, mine, token, question)

        yield Connection(player, observer, look_up)


def _observer(settings: Settings, cluster: Cluster, folder: DemoFolder, admin: KafkaAdmin) -> Observer:
    kafka = kafka_config(settings, cluster)
    reader = KafkaReader(kafka)
    # seq is left unchecked here: a fault is to be recorded, and found by the check.
    subscriber = Subscriber(
        PositionSource(reader, admin, COVERAGE_PERSONS, {}), codec(cluster), check_seq=False
    )
    return Observer(
        Recorder(subscriber, reader, folder.coverage),
        Follower(KafkaReader(kafka), admin, codec(cluster)),
        admin,
        KafkaGroupPositions(kafka, settings.engine.group),
    )


def _require_empty(admin: KafkaAdmin) -> None:
    for topic in (*AGENCY_FACTS, COVERAGE_PERSONS):
        for number in range(admin.partitions(topic)):
            if admin.high_watermark(TopicPartition(topic, number)):
                raise InvalidInput(
                    f"{topic} on this cluster is not empty; the demo could not tell its own records",
                    remedy="let the demo start a hub of its own: unset JANGKAU_KAFKA__BOOTSTRAP_SERVERS and "
                    "JANGKAU_REGISTRY__URL",
                )
