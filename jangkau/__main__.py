"""`python -m jangkau` and the `jangkau` command."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        from deploy.cli import main as run  # here, so that Ctrl-C while it loads shows no traceback

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
