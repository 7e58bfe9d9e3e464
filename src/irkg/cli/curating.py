"""Commands that change a knowledge graph by a curator's word: review, retract."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, graph_of
from irkg.cli.output import note, tell_built, write


@click.command()
@KG_OPTION
@click.option("--in", "decisions", type=click.Path(path_type=Path), help="Take the decisions of this table over.")
@OUT_OPTION
def review(kg_path: Path | None, decisions: Path | None, out: Path | None) -> None:
    """Write the claims as a table for a curator, or take the decisions in it over into the knowledge graph.

    The column `decision` takes accept or reject, and `reason` says why; empty means none yet. What rests on a
    rejected claim alone leaves the graph.

    Example: irkg review --kg my-graph -o claims.tsv
    """
    if decisions is None:
        write(graph_of(kg_path).decisions_table(), out)
        return
    if out is not None:
        raise click.UsageError("--in and --out go one after the other", click.get_current_context())
    from irkg.changes import decide
    from irkg.review import read_decisions

    own = _own_graph(kg_path)
    tell_built(own, decide(own, read_decisions(decisions), report=note))


@click.command()
@click.argument("sources", nargs=-1, required=True)
@KG_OPTION
def retract(sources: tuple[str, ...], kg_path: Path | None) -> None:
    """Take SOURCES and all that rests on them out of a knowledge graph: claims, edges, what followed, candidates.

    Example: irkg retract eran-2023 --kg my-graph
    """
    from irkg.changes import retract as take_out

    own = _own_graph(kg_path)
    tell_built(own, take_out(own, sources, report=note))


def _own_graph(kg_path: Path | None) -> Path:
    if kg_path is None:
        what = "the knowledge graph that ships with irkg is not changed; make your own with: irkg build -o my-graph, "
        raise click.UsageError(f"{what}and name it by --kg", click.get_current_context())
    return kg_path
