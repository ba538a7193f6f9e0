"""Settings of the HTTP gateway."""

from typing import Annotated

from pydantic import Field

from deploy.settings_base import Port, Positive, Section


class GatewaySettings(Section):
    """The HTTP gateway."""

    host: str = Field(
        "127.0.0.1",
        description="Address the gateway listens on. Plain HTTP: to others only behind a proxy with TLS.",
    )
    port: Port = Field(
        0,
        description="Port of the gateway; 0: a free one, remembered; see `gateway/url` in the data folder.",
    )
    jwks: str | None = Field(
        None,
        description="The keys bearer tokens are signed with: a JWKS file, or an `https://` address. Unset: "
        "`keys/gateway.jwks.json` in the data folder, for `jangkau token`.",
    )
    issuer: str = Field("jangkau", description="Claim `iss` a bearer token must have.")
    audience: str = Field("jangkau-gateway", description="Claim `aud` a bearer token must have.")
    window_hours: Positive = Field(
        24, description="How long source and id of an event are known, so that a repeat is not sent again."
    )
    remembered_events: Positive = Field(
        20_000_000,
        description="Most of them; the oldest are forgotten first. "
        "About 80 bytes of disk each in batches of a hundred, 600 alone.",
    )
    max_body_bytes: Positive = Field(2_097_152, description="Longest body of a request.")
    max_events: Positive = Field(1000, description="Most events in one request.")
    body_seconds: Annotated[float, Field(gt=0)] = Field(
        15.0, description="How long a body may take to arrive."
    )
    header_seconds: Annotated[float, Field(gt=0)] = Field(
        10.0, description="How long the header of a request may take to arrive."
    )
    requests_per_s: Annotated[float, Field(gt=0)] = Field(
        100.0, description="Requests a second for each subject of a token, in the long run."
    )
    burst: Positive = Field(200, description="Requests of one subject at once.")
    publishing: Positive = Field(
        64, description="Requests to publish worked on at the same time; more are answered 503."
    )
    asking: Positive = Field(64, description="The same for all other requests.")
    streams: Positive = Field(64, description="Most pages of the console that are kept up to date at once.")
    prometheus_url: str | None = Field(
        None,
        description="Prometheus whose alerts the console shows, as `http://127.0.0.1:9090`: on this machine, "
        "or `https://`. Unset: none are shown.",
    )
    connections: Positive = Field(512, description="Most connections.")
    metrics_port: Port = Field(
        0, description="Port of /metrics, /healthz and /readyz on loopback; 0 takes a free one."
    )
