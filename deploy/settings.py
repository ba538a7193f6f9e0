"""Every setting of every process, from the environment: JANGKAU_KAFKA__BOOTSTRAP_SERVERS and so on.

Nested names are joined by two underscores; docs/settings.md is made from this file. Settings are
read once at the rim of a process and passed on as plain values.
"""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.settings_base import Port, Positive
from deploy.settings_base import Section as _Section
from deploy.settings_embedded import EmbeddedSettings
from deploy.settings_gateway import GatewaySettings
from deploy.settings_log import LogSettings
from schemas.errors import InvalidInput

ENV_PREFIX = "JANGKAU_"


class KafkaSettings(_Section):
    """The Kafka cluster."""

    bootstrap_servers: str | None = Field(
        None,
        description="`host:port`, comma separated. Set together with the registry's address: nothing is "
        "started and the same commands run against that cluster. Unset: the embedded broker.",
    )
    security: dict[str, str] = Field(
        default_factory=dict,
        description="TLS and SASL settings passed through to librdkafka, as a JSON object, "
        'for example `{"security.protocol": "SSL"}`. No secrets here.',
    )
    security_file: Path | None = Field(
        None,
        description="A file of `name=value` lines passed through like `security` and over it; "
        "the place for passwords. Must not be readable by others.",
    )

    def client_security(self) -> dict[str, str]:
        """`security` with the lines of `security_file` over it; raises InvalidInput."""
        return {**self.security, **(_read_pairs(self.security_file) if self.security_file else {})}


class RegistrySettings(_Section):
    """The schema registry."""

    url: str | None = Field(
        None, description="Base address of a registry speaking the Confluent API. Unset: the embedded one."
    )

    @field_validator("url")
    @classmethod
    def _without_trailing_slash(cls, url: str | None) -> str | None:
        return url.rstrip("/") if url else url


class TopicSettings(_Section):
    """How topics are created."""

    partitions: Positive = Field(
        4, description="Partitions of each person topic, fixed for life. A production cluster wants 64."
    )
    replication_factor: Positive = Field(
        1, description="Replicas of each topic. A production cluster wants 3; the embedded broker has one."
    )


class KeySettings(_Section):
    """Where secret keys lie. On the embedded stack missing ones are made; elsewhere never."""

    token_file: Path | None = Field(
        None,
        description="The key that turns a NIK into a person token. Default: `keys/token.key` in the data "
        "folder. Losing it means a new token for every person.",
    )
    sealing_file: Path | None = Field(
        None,
        description="The key that seals quarantined records. Default: `keys/sealing.key` in the data folder.",
    )


class EngineSettings(_Section):
    """The data plane."""

    group: str = Field("jangkau-engine", description="Consumer group; also part of transactional ids.")
    transaction_min_ms: Annotated[int, Field(ge=20, le=1000)] = Field(
        20, description="Shortest transaction: how soon a verdict can be read when little comes in."
    )
    transaction_max_ms: Annotated[int, Field(ge=20, le=1000)] = Field(
        1000, description="Longest transaction: how much work a commit is spread over when catching up."
    )
    batch_records: Positive = Field(20_000, description="Most records taken from Kafka in one step.")
    publish_records_per_s: Positive = Field(
        200_000,
        description="Most coverage records published a second by one engine; the rest waits its turn.",
    )
    sweep_after_erasure_s: Annotated[int, Field(ge=0)] = Field(
        86_400,
        description="This long after somebody was erased the state of their partition is written anew, and "
        "older blocks, which still tell of them, are deleted. Not below `segment.ms` of `hub.state`.",
    )
    metrics_port: Port = Field(
        0, description="Port of /metrics, /healthz and /readyz on loopback; 0 takes a free one."
    )

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.transaction_min_ms > self.transaction_max_ms:
            raise ValueError("transaction_min_ms must not exceed transaction_max_ms")
        return self


class ControlSettings(_Section):
    """The control plane."""

    app_id: str = Field("jangkau-control", description="Name of the Faust app and so of its consumer group.")
    automatic_date: bool = Field(
        True,
        description="Let the calendar raise the business date, one day at a time. Off: only "
        "`jangkau clock advance` does.",
    )
    initial_date: date | None = Field(
        None,
        description="First business date of a new hub, as 2026-01-31. Unset: the first one needs "
        "`jangkau clock advance --to`. It never changes a date that is already set.",
    )
    timezone: str = Field(
        "Asia/Jakarta",
        description="The calendar whose midnight raises the business date, if it is automatic.",
    )
    metrics_port: Port = Field(
        0, description="Port of /metrics, /healthz and /readyz on loopback; 0 takes a free one."
    )


class SqlSettings(_Section):
    """The view in SQL: what `jangkau sink` writes, and the gateway and `jangkau explain` read."""

    url: str | None = Field(
        None,
        repr=False,
        description="The database: `postgresql://user@host:5432/name` or `sqlite:////folder/file`. "
        "Unset: SQLite, `view.sqlite` in the data folder. With a password use the file below.",
    )
    url_file: Path | None = Field(
        None,
        description="A file with such a URL, read in place of `url`; the place for a password. "
        "Must not be readable by others.",
    )
    batch_records: Positive = Field(
        20_000, description="Most records written to the database in one transaction."
    )
    metrics_port: Port = Field(
        0, description="Port of /metrics, /healthz and /readyz of the sink on loopback; 0 takes a free one."
    )

    @model_validator(mode="after")
    def _one_url(self) -> Self:
        if self.url and self.url_file:
            raise ValueError("set url or url_file, not both")
        return self


class Settings(BaseSettings):
    """All settings; build it with `load_settings`, which says what is wrong in one message."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
    )

    data_dir: Path = Field(Path(".jangkau"), description="Folder for data, logs, keys and running state.")
    debug: bool = Field(
        False, description="Show the traceback of an unexpected error. It may quote data: not in production."
    )
    log: LogSettings = LogSettings()
    kafka: KafkaSettings = KafkaSettings()
    registry: RegistrySettings = RegistrySettings()
    topics: TopicSettings = TopicSettings()
    keys: KeySettings = KeySettings()
    engine: EngineSettings = EngineSettings()
    control: ControlSettings = ControlSettings()
    sql: SqlSettings = SqlSettings()
    gateway: GatewaySettings = GatewaySettings()
    embedded: EmbeddedSettings = EmbeddedSettings()

    @model_validator(mode="after")
    def _both_addresses_or_none(self) -> Self:
        if bool(self.kafka.bootstrap_servers) != bool(self.registry.url):
            raise ValueError(
                "set both JANGKAU_KAFKA__BOOTSTRAP_SERVERS and JANGKAU_REGISTRY__URL, or neither"
            )
        return self

    @property
    def sql_url(self) -> str:
        """The URL of the view's database; it may hold a password. Raises InvalidInput for its file."""
        if self.sql.url_file:
            return read_secret(self.sql.url_file)
        return self.sql.url or f"sqlite:///{self.data_dir.resolve() / 'view.sqlite'}"

    @property
    def token_key_file(self) -> Path:
        """Where the token key lies."""
        return self.keys.token_file or self.data_dir / "keys" / "token.key"

    @property
    def gateway_url_file(self) -> Path:
        """Where the gateway says its address."""
        return self.data_dir / "gateway" / "url"

    @property
    def gateway_key_file(self) -> Path:
        """The key `jangkau token` signs with; it is made on the embedded stack alone."""
        return self.data_dir / "keys" / "gateway.pem"

    @property
    def gateway_jwks_file(self) -> Path:
        """Its public half, which the gateway checks tokens by if no other key set is named."""
        return self.data_dir / "keys" / "gateway.jwks.json"

    @property
    def sealing_key_file(self) -> Path:
        """Where the sealing key lies."""
        return self.keys.sealing_file or self.data_dir / "keys" / "sealing.key"


def load_settings() -> Settings:
    """Settings from the environment. Raises InvalidInput naming every wrong variable, without values."""
    _refuse_unknown()
    try:
        return Settings()
    except ValidationError as error:
        faults = [f"  {_variable(fault['loc'])}{fault['msg']}" for fault in error.errors(include_input=False)]
        raise InvalidInput(
            "wrong settings:\n" + "\n".join(faults), remedy="docs/settings.md lists every setting"
        ) from None


def setting_names(
    model: type[BaseModel] = Settings, prefix: str = ENV_PREFIX
) -> Iterator[tuple[str, FieldInfo]]:
    """Each environment variable with its field, in the order of the code."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from setting_names(kind, f"{prefix}{name.upper()}__")
        else:
            yield prefix + name.upper(), field


def _refuse_unknown() -> None:
    """A misspelt variable must not be passed over in silence."""
    known = [name for name, _ in setting_names()]
    unknown = sorted(name for name in os.environ if name.startswith(ENV_PREFIX) and name not in known)
    if unknown:
        raise InvalidInput(
            f"no such setting: {', '.join(unknown)}", remedy="docs/settings.md lists every setting"
        )


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return ""
    return ENV_PREFIX + "__".join(str(part).upper() for part in location) + ": "


def read_secret(path: Path) -> str:
    """What a file says that others must not read, without blanks around it. Raises InvalidInput."""
    try:
        if path.stat().st_mode & 0o077:
            raise InvalidInput(f"{path} can be read by others", remedy=f"chmod 600 {path}")
        return path.read_text().strip()
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidInput(f"{path} is not text") from None


def _read_pairs(path: Path) -> dict[str, str]:
    lines = [line.strip() for line in read_secret(path).splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInput(f"{path}: every line is `name=value`")
    return {name.strip(): value.strip() for name, _, value in pairs}
