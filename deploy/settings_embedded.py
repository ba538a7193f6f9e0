"""Settings of the embedded stack."""

from pathlib import Path

from pydantic import Field

from deploy.settings_base import Port, Positive, Section


class EmbeddedSettings(Section):
    """The broker and registry started on this machine."""

    kafka_port: Port = Field(0, description="Port of the broker on loopback; 0: a free one, remembered.")
    registry_port: Port = Field(0, description="Port of the registry on loopback; 0: a free one, remembered.")
    kafka_heap_mb: Positive = Field(512, description="Most memory for the broker's heap.")
    registry_heap_mb: Positive = Field(256, description="Most memory for the registry's heap.")
    min_free_mb: int = Field(1024, ge=0, description="Refuse to start with less free disk than this.")
    artifacts: Path | None = Field(
        None, description="Where fetched artifacts are kept. Default: `.jangkau/artifacts` beside the code."
    )
