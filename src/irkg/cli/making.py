"""Commands that make: fill, review, build, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, graph_of
from irkg.cli.output import note, write, write_by

if TYPE_CHECKING:
    from irkg.build import Built


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["tsv", "jsonl", "trig", "nq"]),
    help="[default: tsv, or by the suffix]",
)
@click.option("--no-quotes", is_flag=True, help="Leave the sentences out: positions and digests only.")
@click.option("--mint", is_flag=True, help="Make provisional kinds of phrases that the ontology has no term for.")
@click.option(
    "--unknown", type=click.Path(path_type=Path), help="Write those phrases to this file, with similar terms."
)
@click.option("--kg", "kg_path", type=click.Path(path_type=Path), help="Add the claims to this knowledge graph.")
@OUT_OPTION
def fill(
    sources: tuple[Path, ...],
    format_name: str | None,
    no_quotes: bool,
    mint: bool,
    unknown: Path | None,
    kg_path: Path | None,
    out: Path | None,
) -> None:
    """Extract the claims of articles (plain text or Markdown).

    Example: irkg fill article.txt --format tsv
    """
    from irkg.build import add
    from irkg.fill import fill_all, filled_quads, format_for, unknown_table, written

    chosen = format_for(out, format_name)
    filled = fill_all(sources, mint=mint)
    if unknown is not None:
        write(unknown_table(filled if mint else fill_all(sources, mint=True)), unknown)
    for one in filled:
        note(f"{one.source.id}: {len(one.claims)} claims")
    if kg_path is not None:
        _tell(kg_path, add(kg_path, filled_quads(filled, quotes=not no_quotes), report=note))
    if kg_path is None or out is not None or format_name is not None:
        write(written(filled, chosen, quotes=not no_quotes), out)


def _tell(place: Path, built: Built) -> None:
    for iri, why in built.quarantine.items():
        note(f"quarantined <{iri}>: {why}")
    for iri in built.undecided:
        note(f"decision without its claim: <{iri}>")
    note(f"{place}: {len(built.quads)} quads, {len(built.quarantine)} claims quarantined")


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
    from irkg.build import decide
    from irkg.review import read_decisions

    own = _own_graph(kg_path)
    _tell(own, decide(own, read_decisions(decisions), report=note))


@click.command()
@click.argument("sources", nargs=-1, required=True)
@KG_OPTION
def retract(sources: tuple[str, ...], kg_path: Path | None) -> None:
    """Take SOURCES and all that rests on them out of a knowledge graph: claims, edges, what followed, candidates.

    Example: irkg retract eran-2023 --kg my-graph
    """
    from irkg.build import retract as take_out

    own = _own_graph(kg_path)
    _tell(own, take_out(own, sources, report=note))


def _own_graph(kg_path: Path | None) -> Path:
    if kg_path is None:
        what = "the knowledge graph that ships with irkg is not changed; make your own with: irkg build -o my-graph, "
        raise click.UsageError(f"{what}and name it by --kg", click.get_current_context())
    return kg_path


@click.command()
@click.option(
    "--claims", multiple=True, type=click.Path(path_type=Path), help="What `irkg fill` wrote; literature tables."
)
@click.option("--review", "reviews", multiple=True, type=click.Path(path_type=Path), help="Tables of decisions.")
@click.option("--ontology", type=click.Path(path_type=Path), help="The ontology [default: irkg's own].")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="A new folder, or a .trig or .nq file."
)
def build(claims: tuple[Path, ...], reviews: tuple[Path, ...], ontology: Path | None, out: Path) -> None:
    """Build a knowledge graph: ontology, claims, decisions, entailments, candidates.

    Without --claims and --review, those that ship with irkg are taken.

    Example: irkg build -o my-graph
    """
    from irkg.build import build_to

    _tell(out, build_to(out, claims, reviews, ontology, report=note))


@click.command()
@click.argument("terms", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="The folder for the modules.")
def imports(terms: Path, out: Path) -> None:
    """Write the modules that the ontology imports, out of the tables in the folder TERMS.

    TERMS holds terms.tsv, hierarchy.tsv and synonyms.tsv: what reference ontologies say of their terms. Which of
    them are reused stands in ontology/reuse.tsv, how others match in ontology/mappings.sssom.tsv.

    Example: irkg imports terms -o ontology/imports
    """
    from irkg.imports import write_imports

    for path in write_imports(terms, out):
        note(str(path))


class _Export(click.Command):
    """A command whose help lists the formats as the registry has them, read only when help is asked for."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from irkg.export import FORMATS

        super().format_options(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl([(f"{f.name} ({', '.join(f.suffixes)})", f.about) for f in FORMATS.values()])


@click.command(cls=_Export)
@KG_OPTION
@click.option("--format", "format_name", metavar="NAME", help="One of the formats below [default: by the suffix].")
@OUT_OPTION
def export(kg_path: Path | None, format_name: str | None, out: Path | None) -> None:
    """Export the knowledge graph; the format is guessed from the suffix of the file.

    Example: irkg export -o irkg.owl
    """
    from functools import partial

    from irkg.export import format_for

    chosen = format_for(out, format_name)
    write_by(partial(graph_of(kg_path).export_to, chosen.name), out)
