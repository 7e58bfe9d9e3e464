"""The command that serves."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import KG_OPTION
from irkg.cli.output import note


@click.command()
@KG_OPTION
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 for any free one.")
@click.option("--open", "browser", is_flag=True, help="Open the explorer in a browser.")
@click.option("--workers", type=click.IntRange(1, 64), help="Requests at the same time [default: one a core, 2 to 8].")
@click.option("--timeout", type=click.FloatRange(0.1), default=30.0, show_default=True, help="Seconds for a request.")
@click.option("--memory", type=click.IntRange(50), default=1_000, show_default=True, help="Megabytes for a request.")
@click.option("--queue", type=click.IntRange(0), default=128, show_default=True, help="Requests that may wait.")
@click.option("--keep", type=click.IntRange(0), default=64, show_default=True, help="Megabytes of answers to keep.")
@click.option("--cors", "origins", metavar="ORIGIN", multiple=True, help="A web origin that may read; '*' for all.")
@click.option("--allow-host", "hosts", metavar="NAME", multiple=True, help="Another name that clients may use.")
def serve(
    kg_path: Path | None,
    host: str,
    port: int,
    browser: bool,
    workers: int | None,
    timeout: float,
    memory: int,
    queue: int,
    keep: int,
    origins: tuple[str, ...],
    hosts: tuple[str, ...],
) -> None:
    """Serve a SPARQL 1.1 endpoint and an explorer on this machine.

    Example: irkg serve --open
    """
    from irkg.errors import MissingExtra

    try:
        from irkg.serve.app import Access
        from irkg.serve.limits import Limits
        from irkg.serve.run import serve as run
    except ImportError as error:
        raise MissingExtra("the server", extra="serve") from error
    import os

    count = workers or min(max(os.cpu_count() or 2, 2), 8)
    limits = Limits(seconds=timeout, megabytes=memory, workers=count, queue=queue)

    def ready(address: str) -> None:
        click.echo(address)
        note(f"The SPARQL endpoint is {address}sparql. Stop with Ctrl-C.")

    run(kg_path, host, port, limits, Access(hosts, origins), kept=keep, ready=ready, browser=browser)
