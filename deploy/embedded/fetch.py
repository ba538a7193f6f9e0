"""Fetch the broker and the registry ahead of their first start (`make setup` runs this)."""

import sys

import click

from deploy.cli.rendering import exit_code, say_error
from deploy.embedded.artifacts import DEFAULT_FOLDER, provide_artifacts
from deploy.settings import load_settings
from schemas.errors import JangkauError


def main() -> int:
    """Returns the exit code of the process."""
    try:
        folder = load_settings().embedded.artifacts or DEFAULT_FOLDER
        provide_artifacts(folder, lambda line: click.echo(line, err=True))
    except JangkauError as error:
        say_error(error)
        return exit_code(error)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
