"""An engine process that measures itself: `python -m bench.engine catch-up|restore|serve`.

Prints one line of JSON. CPU seconds are those of the whole process from joining the group on, the client
library's threads included; starting Python and importing are not counted.
"""

import json
import resource
import sys
import time

from connectors.kafka.admin import KafkaAdmin
from connectors.kafka.config import KafkaConfig
from deploy.compose.engine import collect_garbage_by_hand, compose_engine
from deploy.connect import find_cluster
from deploy.settings import load_settings
from schemas.names import AGENCY_FACTS, COVERAGE_PERSONS
from schemas.records import TopicPartition
from streams.engine.engine import Engine


def main() -> None:
    """Run the task named on the command line."""
    settings = load_settings()
    cluster = find_cluster(settings)
    engine = compose_engine(settings, cluster, 0, allow_rebuild=False).engine
    admin = KafkaAdmin(KafkaConfig(cluster.bootstrap_servers))
    collect_garbage_by_hand()
    tasks = {"catch-up": catch_up, "restore": restore, "serve": serve}
    figures = tasks[sys.argv[1]](engine, admin, settings.topics.partitions)
    figures["rss_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
    print(json.dumps(figures), flush=True)
    engine.close()


def catch_up(engine: Engine, admin: KafkaAdmin, partitions: int) -> dict[str, float]:
    """From joining the group until all that lies on the agency topics is committed."""
    sources = [TopicPartition(topic, number) for topic in AGENCY_FACTS for number in range(partitions)]
    ends = {source: admin.high_watermark(source) for source in sources}
    starts = {source: admin.start_offset(source) for source in sources}
    began = time.time(), time.process_time()
    engine.start()
    while not all(_written(engine, source) >= end for source, end in ends.items()) or not engine.idle:
        engine.step()
    wall, cpu = time.time() - began[0], time.process_time() - began[1]
    published = sum(admin.high_watermark(TopicPartition(COVERAGE_PERSONS, p)) for p in range(partitions))
    return {
        "events": sum(ends[s] - starts[s] for s in sources),
        "published": published,
        "persons": sum(len(owned.partition) for owned in engine.owned.values()),
        "wall_s": wall,
        "cpu_s": cpu,
    }


def restore(engine: Engine, admin: KafkaAdmin, partitions: int) -> dict[str, float]:
    """From joining the group until every partition is restored and owned."""
    began = time.time(), time.process_time()
    engine.start()
    while len(engine.owned) < partitions:
        engine.step()
    wall, cpu = time.time() - began[0], time.process_time() - began[1]
    persons = sum(len(owned.partition) for owned in engine.owned.values())
    return {"persons": persons, "wall_s": wall, "cpu_s": cpu}


def serve(engine: Engine, admin: KafkaAdmin, partitions: int) -> dict[str, float]:
    """Run for the seconds given as the second argument after all is caught up; says READY first."""
    catch_up(engine, admin, partitions)
    print("READY", flush=True)
    until, cpu = time.time() + float(sys.argv[2]), time.process_time()
    while time.time() < until:
        engine.step()
    return {"cpu_s": time.process_time() - cpu}


def _written(engine: Engine, source: TopicPartition) -> int:
    owned = engine.owned.get(source.partition)
    return -1 if owned is None else owned.written[source.topic]


if __name__ == "__main__":
    main()
