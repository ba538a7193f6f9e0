"""The `jangkau` command: the table of its commands and what a person sees when one fails."""

import importlib
import importlib.util
from collections.abc import Sequence

import click

from deploy.cli.rendering import run_command

# One line a command: its help, and where it lives. The module is imported when the command is run
# or its own --help is read, so that `jangkau --help` does not wait for all of them.
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("Start a hub on this machine (Kafka, registry, engines, control).", "deploy.cli.up:up"),
    "down": ("Stop the hub; its data stays.", "deploy.cli.down:down"),
    "reset": ("Delete the data of a stopped hub.", "deploy.cli.reset:reset"),
    "status": ("What runs, how far behind, what was quarantined.", "deploy.cli.status:status"),
    "demo": ("Play a year in Sulawesi Tenggara.", "deploy.cli.demo:demo"),
    "load": ("Publish a CSV or Parquet file.", "deploy.cli.load:load"),
    "export": ("Write the gap list of a region to a file.", "deploy.cli.export:export"),
    "publish": ("Publish single events.", "deploy.cli.publish:publish"),
    "batch": ("What became of what agencies have published.", "deploy.cli.batch:batch"),
    "watch": ("Follow the coverage of a region.", "deploy.cli.watch:watch"),
    "explain": ("Why one person's coverage is what it is.", "deploy.cli.explain:explain"),
    "trail": ("What was done with one person's data, and who looked.", "deploy.cli.trail:trail"),
    "directive": ("Preview, approve, withdraw, list directives.", "deploy.cli.directive:directive"),
    "holds": ("Look at and decide changes that are kept back.", "deploy.cli.holds:holds"),
    "guard": ("How many may leave in a day by DTSEN changes.", "deploy.cli.guard:guard"),
    "erase": ("Erase one person's data from the hub.", "deploy.cli.erase:erase"),
    "reinstate": ("Let facts of somebody erased count again.", "deploy.cli.erase:reinstate"),
    "erasures": ("Who was erased, and the proof of it.", "deploy.cli.erase:erasures"),
    "clock": ("Show or advance the business date.", "deploy.cli.clock:clock"),
    "quarantine": (
        "Look at records that could not be used; mend them.",
        "deploy.cli.quarantine:quarantine",
    ),
    "input": ("Inputs that stand still, and reading on.", "deploy.cli.input:input_"),
    "state": ("Prove what the engines remember whole.", "deploy.cli.state:state"),
    "topics": ("Plan and create topics from the catalogue.", "deploy.cli.topics:topics"),
    "schemas": ("Check and list schemas.", "deploy.cli.schemas:schemas"),
    "bench": ("Measure this machine.", "deploy.cli.bench:bench"),
    "engine": ("Run one engine process.", "deploy.cli.engine:engine"),
    "control": ("Run the control worker.", "deploy.cli.control:control"),
    "sink": ("Keep the view in SQL: PostgreSQL or SQLite.", "deploy.cli.sink:sink"),
    "gateway": ("Run the HTTP gateway.", "deploy.cli.gateway:gateway"),
    "console": ("The address of the pages for people, with a token.", "deploy.cli.console:console"),
    "token": ("A bearer token for the gateway, for development.", "deploy.cli.token:token"),
    "monitoring": ("Configuration of Prometheus and Grafana.", "deploy.cli.monitoring:monitoring"),
}
# What a hub or the set-up starts and no person needs to type.
INTERNAL = {
    "supervise": ("Own a hub's processes; `up` starts this.", "deploy.cli.supervise:supervise"),
    "fetch": ("Fetch broker and registry; `make setup` runs this.", "deploy.cli.fetch:fetch"),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return [name for name, (_, target) in COMMANDS.items() if _exists(target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is none of this name."""
        _, target = (COMMANDS | INTERNAL).get(cmd_name, ("", ""))
        if not target or not _exists(target):
            return None
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the table alone."""
        if names := self.list_commands(ctx):
            with formatter.section("Commands"):
                formatter.write_dl([(name, COMMANDS[name][0]) for name in names])


def _exists(target: str) -> bool:
    return importlib.util.find_spec(target.partition(":")[0]) is not None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jangkau")
def cli() -> None:
    """Jangkau: siapa yang berhak tetapi belum terlindungi. / Who is eligible but not yet covered."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of the process."""
    return run_command(cli, arguments)
