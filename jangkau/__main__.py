"""`python -m jangkau` and the `jangkau` command."""

import sys

from deploy.cli import main as run


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
