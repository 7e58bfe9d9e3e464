"""The command that finds the terms of an ontology in texts."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import OUT_OPTION, TEXT_OPTION
from irkg.cli.output import note, write


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--ontology",
    type=click.Path(path_type=Path),
    help="OBO, OWL or Turtle, also with .gz [default: irkg's own].",
)
@click.option(
    "--only",
    metavar="ID",
    multiple=True,
    help="Only this term and those below it (CL:0000540), or all of a prefix (CL:).",
)
@click.option("--without", metavar="ID", multiple=True, help="Not this term; those below it are found.")
@click.option("--apart", is_flag=True, help="Also names in parts: T ... cells in 'T and B cells', from 0;8 to 1;13.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["tsv", "jsonl", "pubannotation", "bioc"]),
    help="[default: tsv, or by the suffix: .tsv, .jsonl, .json, .bioc.json]",
)
@TEXT_OPTION
@OUT_OPTION
def annotate(
    files: tuple[Path, ...],
    ontology: Path | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    apart: bool,
    format_name: str | None,
    text_out: Path | None,
    out: Path | None,
) -> None:
    """Find the terms of an ontology in texts: where, which, and by which of its names.

    Reads what `irkg fill` reads. Offsets are characters of the text that --text writes, 0-based, the end behind the
    last one: for text and Markdown of the file itself.

    Example: irkg annotate article.txt --ontology cl.obo --format tsv
    """
    from irkg.annotate import annotate as find
    from irkg.annotate import chosen_terms
    from irkg.annotate.formats import format_for
    from irkg.reading.texts import write_texts

    chosen = format_for(out, format_name)
    documents = find(files, chosen_terms(ontology, only, without), apart=apart)
    for document in documents:
        note(f"{document.source}: {len(document.annotations)} terms")
    if text_out is not None:
        write_texts(((d.source, d.text.encode()) for d in documents), text_out, count=len(documents))
    write(chosen.write(documents), out)
