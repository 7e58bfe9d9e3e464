"""The command that publishes."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import KG_OPTION, graph_of
from irkg.cli.output import note


@click.command()
@KG_OPTION
@click.option("--endpoint", required=True, metavar="URL", help="The address of the server's Graph Store Protocol.")
@click.option("--default-graph", is_flag=True, help="Replace the server's default graph by what plain queries see.")
@click.option(
    "--check",
    type=click.Choice(["digest", "count", "none"]),
    default="digest",
    show_default=True,
    help="What is compared with what the server has.",
)
@click.option("--timeout", type=click.IntRange(1), default=600, show_default=True, help="Seconds of silence to bear.")
def publish(kg_path: Path | None, endpoint: str, default_graph: bool, check: str, timeout: int) -> int:
    """Put the knowledge graph into a server: Fuseki, GraphDB, Virtuoso, QLever, Oxigraph and their like.

    Each graph replaces the one of its name there; one that the server has already is left alone, so that the same
    command goes on where it was cut off. Credentials are read from IRKG_ENDPOINT_TOKEN, or IRKG_ENDPOINT_USER and
    IRKG_ENDPOINT_PASSWORD. The exit code is 1 where a graph did not arrive as it was sent.

    Example: irkg publish --endpoint http://localhost:7878/store
    """
    from irkg.publish import GraphStore, Published
    from irkg.publish import publish as run

    def tell(done: Published) -> None:
        state = ("sent" if done.sent else "there") if done.same else "differs"
        click.echo(f"{done.graph}\t{done.content.triples}\t{done.content.digest}\t{state}")
        if not done.same:
            has = f"{done.there.triples} triples" if done.there else "nothing"
            note(f"{done.graph}: the server has {has}, not the {done.content.triples} that were sent")

    store = graph_of(kg_path).store
    click.echo("graph\ttriples\tdigest\tstate")
    server = GraphStore(endpoint, timeout)
    done = run(store, server, default_graph=default_graph, check=check, report=tell)
    note(f"{sum(d.sent for d in done)} graphs sent, {sum(not d.sent for d in done)} were there already")
    return 0 if all(d.same for d in done) else 1
