"""The command line: declarations only; what the commands do stands in `irkg.kg`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from irkg import __version__
from irkg.cli.annotating import annotate
from irkg.cli.answers import ask, explain, queries, query
from irkg.cli.checks import reason, report, validate
from irkg.cli.curating import retract, review
from irkg.cli.filling import fill
from irkg.cli.making import build, export, imports
from irkg.cli.publishing import publish
from irkg.cli.serving import serve
from irkg.confined import BOUNDS, Bounds
from irkg.errors import IrkgError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="irkg")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 86_400),
    default=600.0,
    show_default=True,
    help="Seconds to read a file of RDF.",
)
@click.option(
    "--memory", type=click.IntRange(50), default=8_000, show_default=True, help="Megabytes to read a file of RDF."
)
def irkg(debug: bool, timeout: float, memory: int) -> None:
    """Ask a knowledge graph how cancers resist immune therapy, and fill it from articles.

    Example: irkg ask "which strategies counter Treg recruitment"
    """
    BOUNDS.set(Bounds(timeout, memory))


for _command in (
    fill,
    annotate,
    review,
    retract,
    build,
    reason,
    validate,
    report,
    query,
    queries,
    ask,
    explain,
    export,
    publish,
    imports,
):
    irkg.add_command(_command)
irkg.add_command(serve)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 clean, 1 findings, 2 bad input or usage.

    Args:
        args: The words of the command line; those of this process where None.
    """
    words = list(sys.argv[1:] if args is None else args)
    try:
        code = irkg.main(words, prog_name="irkg", standalone_mode=False)
    except (click.ClickException, IrkgError) as error:
        if "--debug" in words:
            raise
        click.echo(f"irkg: {_one_line(error)}", err=True)
        sys.exit(2)
    except (RecursionError, MemoryError) as error:
        if "--debug" in words:
            raise
        too_large = isinstance(error, MemoryError)
        what = "needs more memory than there is; split it" if too_large else "is nested too deeply; write it flatter"
        click.echo(f"irkg: what was given {what}", err=True)
        sys.exit(2)
    except click.Abort:  # which is a RuntimeError
        sys.exit(130)
    except RuntimeError as error:
        if "--debug" in words or not str(error).startswith(_DAMAGED):
            raise
        click.echo(f"irkg: the knowledge graph is damaged: {_short(error)}; take a copy, or build it again", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


_DAMAGED = "Corruption"  # how RocksDB begins to tell what it meets in the middle of reading


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _one_line(error: click.ClickException | IrkgError) -> str:
    if isinstance(error, IrkgError):
        return str(error)
    text = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{text.rstrip('.')}; see: {error.ctx.command_path} --help"
    return text
