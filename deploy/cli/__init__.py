"""The command line: one file a command, loaded only when it is asked for."""

from deploy.cli.group import main

__all__ = ["main"]
