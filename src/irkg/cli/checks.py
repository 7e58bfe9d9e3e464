"""Commands that check: validate, reason, report."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, REASONER_OPTION, graph_of
from irkg.cli.output import chosen_format, note, show, write

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from irkg.validate import Validation

_TABLE_FORMAT = click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "tsv", "csv", "json", "markdown"]),
    help="[default: a table on a terminal, TSV elsewhere]",
)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@KG_OPTION
@click.option("--shapes", multiple=True, type=click.Path(path_type=Path), help="SHACL files [default: irkg's own].")
@click.option("--shape", "names", metavar="NAME", multiple=True, help="Only what this shape reports [default: all].")
@click.option(
    "--severity",
    type=click.Choice(["violation", "warning", "info"]),
    default="info",
    show_default=True,
    help="Show this and worse.",
)
@click.option(
    "--source-text",
    "texts",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Hold digests and cues against this text; its name is the source's id.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "pyshacl", "shacl"]),
    default="auto",
    show_default=True,
    help="auto: the fast one for the shapes on which it is proven equal to pyshacl.",
)
@click.option(
    "--fix",
    "patch_file",
    metavar="PATCH",
    type=click.Path(path_type=Path),
    help="Propose repairs, as a SPARQL update in this file; nothing else is changed.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "tsv", "csv", "json", "markdown", "junit", "sarif", "turtle"]),
    help="[default: a table on a terminal, by the suffix of -o, TSV elsewhere]",
)
@OUT_OPTION
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[Path, ...],
    kg_path: Path | None,
    shapes: tuple[Path, ...],
    names: tuple[str, ...],
    severity: str,
    texts: tuple[Path, ...],
    engine: str,
    patch_file: Path | None,
    format_name: str | None,
    out: Path | None,
) -> None:
    """Check the knowledge graph, or RDF files, against SHACL shapes; exit 1 where one is violated.

    The files (.ttl, .nt, .owl, .rdf, .trig, .nq, .jsonld) are checked together. The table groups findings by shape.

    Example: irkg validate claims.trig --severity warning -o findings.sarif
    """
    from irkg.file_checks import read_files, validate_files
    from irkg.tabulate import severities
    from irkg.text import read_text
    from irkg.validate import at_least
    from irkg.validation_formats import VALIDATION_FORMATS, Shown, by_shape

    chosen = chosen_format(format_name, out, {f.suffix: f.name for f in VALIDATION_FORMATS.values()})
    said = {text.stem: read_text(text) for text in texts}
    check = partial(validate_files, files) if files else graph_of(kg_path).validate
    found = check(shapes=shapes, engine=engine, names=names, texts=said)
    shown = at_least(found.findings, severity.capitalize())
    if chosen == "table":
        for group in by_shape(shown):
            show(group, "table", out)
    else:
        write(VALIDATION_FORMATS[chosen].write(Shown(found, shown, [str(f) for f in files])), out)
    note(severities(found.findings))
    if patch_file is not None:
        _propose(found, read_files(files) if files else graph_of(kg_path).store, patch_file)
    ctx.exit(1 if found.violated else 0)


def _propose(found: Validation, quads: Iterable[Quad], patch_file: Path) -> None:
    from irkg.validate import patch, repairs

    proposed = repairs(found, quads)
    write(patch(proposed), patch_file)
    note(f"{len(proposed)} repair{'' if len(proposed) == 1 else 's'} proposed in {patch_file}")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@KG_OPTION
@REASONER_OPTION
@click.option(
    "--source-text",
    "texts",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Show the sentences of this text where claims contradict each other.",
)
@_TABLE_FORMAT
@OUT_OPTION
@click.pass_context
def reason(
    ctx: click.Context,
    file: Path | None,
    kg_path: Path | None,
    reasoner: str,
    texts: tuple[Path, ...],
    format_name: str | None,
    out: Path | None,
) -> None:
    """Reason over the knowledge graph, or over an ontology FILE; exit 1 where there is a fault.

    Faults come first, each with a smallest set of axioms that brings it about; then claims that contradict each
    other, what is written down and follows anyway, and what is entailed.

    Example: irkg reason ontology.owl
    """
    from dataclasses import replace

    from irkg.contradictions import with_sentences
    from irkg.file_checks import audit_file
    from irkg.tabulate import audit
    from irkg.text import read_text

    found = audit_file(file, reasoner, note) if file else graph_of(kg_path).audit(reasoner, note)
    for text in texts:
        told = with_sentences(found.contradictions, text.stem, read_text(text))
        found = replace(found, contradictions=tuple(told))
    show(audit(found), format_name, out)
    result = found.reasoning
    if not result.consistent:
        note("inconsistent: it has no model")
    else:
        note(
            f"consistent, {len(result.unsatisfiable)} unsatisfiable classes; entailed: {len(result.subclasses)} "
            f"subclasses, {len(result.types)} types, {len(result.edges)} edges; {len(found.redundant)} redundant, "
            f"{len(found.contradictions)} contradictions"
        )
    ctx.exit(0 if found.sound else 1)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@KG_OPTION
@click.option("--level", type=click.Choice(["error", "warn", "info"]), default="info", help="Show this and worse.")
@click.option("--check", "names", metavar="NAME", multiple=True, help="Only this check [default: all].")
@click.option("--coverage", is_flag=True, help="Count instead what there is and what no claim speaks of.")
@_TABLE_FORMAT
@OUT_OPTION
@click.pass_context
def report(
    ctx: click.Context,
    file: Path | None,
    kg_path: Path | None,
    level: str,
    names: tuple[str, ...],
    coverage: bool,
    format_name: str | None,
    out: Path | None,
) -> None:
    """Run the quality checks on the ontology of the knowledge graph, or on an ontology FILE; exit 1 on an error.

    Example: irkg report ontology.owl --level warn
    """
    from irkg import file_checks, tabulate
    from irkg.catalogue import checks, find_checks
    from irkg.model import Level
    from irkg.report import at_least

    if coverage:
        show(file_checks.coverage_of_file(file) if file else graph_of(kg_path).coverage(), format_name, out)
        return
    found = file_checks.report_file(file, names) if file else graph_of(kg_path).report(names)
    shown = at_least(found, Level(level))
    if chosen_format(format_name, out) == "table":
        for group in tabulate.report_by_check(shown, checks()):
            show(group, "table", out)
    else:
        show(tabulate.report(shown), format_name, out)
    note(tabulate.report_summary(found, len(find_checks(names))))
    ctx.exit(1 if any(f.severity == Level.ERROR for f in found) else 0)
