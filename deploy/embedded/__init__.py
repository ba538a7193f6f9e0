"""Real Kafka and a real schema registry on this machine, for a newcomer and for the tests."""

from deploy.embedded.stack import EmbeddedOptions, EmbeddedStack

__all__ = ["EmbeddedOptions", "EmbeddedStack"]
