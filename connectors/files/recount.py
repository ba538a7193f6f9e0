"""How an interrupted load is counted: as any interrupted publication is."""

from connectors.client.recount import ends_of, recount

__all__ = ["ends_of", "recount"]
