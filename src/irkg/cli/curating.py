"""Commands that change a knowledge graph by a curator's word: review, retract."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, graph_of
from irkg.cli.output import note, tell_built, write


@click.command()
@KG_OPTION
@click.option("--in", "table", type=click.Path(path_type=Path), help="Take the decisions of this table over.")
@click.option("--by", metavar="NAME", default="", help="Who has taken those of them that are new.")
@click.option("--carry", is_flag=True, help="Let decisions that wait move to the claims that say the same now.")
@click.option("--kinds", is_flag=True, help="Write the provisional kinds instead of the claims.")
@click.option("--patch", is_flag=True, help="Write the promoted kinds, as Turtle for the file of the ontology.")
@OUT_OPTION
def review(
    kg_path: Path | None, table: Path | None, by: str, carry: bool, kinds: bool, patch: bool, out: Path | None
) -> None:
    """Write the claims as a table for a curator, or take the decisions in it over into the knowledge graph.

    The column `decision` takes accept, reject, edit or withdraw, and `reason` says why; empty means none yet. To edit,
    change subject, relation, object, negated or strength. What rests on a rejected claim alone leaves the graph.

    With --kinds, `decision` takes merge (into `term`), promote (with `label`, `definition` and `parent`) or withdraw.
    --in tells the two tables apart by their headers.

    Example: irkg review --kg my-graph -o claims.tsv
    """
    one = [name for name, given in (("in", table), ("carry", carry), ("kinds", kinds), ("patch", patch)) if given]
    if out is not None and one[:1] in (["in"], ["carry"]):
        one.append("out")
    if by and not table:
        raise click.UsageError("--by signs what --in takes over", click.get_current_context())
    if len(one) > 1:
        raise click.UsageError(f"--{one[0]} and --{one[1]} go one after the other", click.get_current_context())
    if table is not None:
        _take_over(_own_graph(kg_path), table, by)
        return
    if carry:
        from irkg.changes import carry as carry_over

        own = _own_graph(kg_path)
        tell_built(own, carry_over(own, report=note))
        return
    graph = graph_of(kg_path)
    if patch:
        write(graph.promoted(), out)
    elif kinds:
        write(graph.kinds_table(), out)
    else:
        write(graph.decisions_table(), out)
    for line in graph.waiting():
        note(line)


def _take_over(own: Path, table: Path, by: str) -> None:
    from irkg.changes import decide, decide_kinds
    from irkg.provisional import is_kinds_table
    from irkg.review import read_decisions

    if is_kinds_table(table):
        tell_built(own, decide_kinds(own, table, by=by, report=note))
    else:
        tell_built(own, decide(own, read_decisions(table), by=by, report=note))


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
