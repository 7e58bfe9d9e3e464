"""Commands that make files: build, imports, export."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, REASONER_OPTION, graph_of
from irkg.cli.output import note, tell_built, write_by


@click.command()
@click.option(
    "--claims", multiple=True, type=click.Path(path_type=Path), help="What `irkg fill` wrote; literature tables."
)
@click.option("--review", "reviews", multiple=True, type=click.Path(path_type=Path), help="Tables of decisions.")
@click.option("--ontology", type=click.Path(path_type=Path), help="The ontology [default: irkg's own].")
@click.option("--rule", "rules", multiple=True, metavar="NAME", help="Let only these rules propose candidates.")
@click.option("--without-rule", "left_out", multiple=True, metavar="NAME", help="Let this rule propose none.")
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="A new folder, or a .trig or .nq file."
)
@REASONER_OPTION
def build(
    claims: tuple[Path, ...],
    reviews: tuple[Path, ...],
    ontology: Path | None,
    rules: tuple[str, ...],
    left_out: tuple[str, ...],
    out: Path,
    reasoner: str,
) -> None:
    """Build a knowledge graph: ontology, claims, decisions, entailments, candidates.

    Without --claims and --review, those that ship with irkg are taken. The rules are those of
    `irkg queries --tag rule`, named without `construct-`; a graph keeps to its choice when it is changed.

    Example: irkg build -o my-graph
    """
    from irkg.build import build_to
    from irkg.catalogue import candidate_rules

    others = set(candidate_rules(rules)) - set(rules) if rules else set()
    built = build_to(out, claims, reviews, ontology, left_out={*left_out, *others}, report=note, reasoner=reasoner)
    tell_built(out, built)


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
