"""The command that reads articles: fill."""

from __future__ import annotations

from pathlib import Path

import click

from irkg.cli.options import OUT_OPTION
from irkg.cli.output import note, tell_built, write


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
@click.option(
    "--text", "text_out", type=click.Path(path_type=Path), help="Write the text that the offsets refer to; see below."
)
@click.option("--kg", "kg_path", type=click.Path(path_type=Path), help="Add the claims to this knowledge graph.")
@OUT_OPTION
def fill(
    sources: tuple[Path, ...],
    format_name: str | None,
    no_quotes: bool,
    mint: bool,
    unknown: Path | None,
    text_out: Path | None,
    kg_path: Path | None,
    out: Path | None,
) -> None:
    """Extract the claims of articles: text, Markdown, JATS, PubMed and BioC XML, HTML, PDF; also in .gz.

    Offsets are characters of the text that --text writes: a file for one article, a folder for several, with
    one file each. For text and Markdown that is the file itself.

    Example: irkg fill article.txt --format tsv
    """
    from irkg.changes import add
    from irkg.fill import fill_all, filled_quads, format_for, unknown_table, write_texts, written

    chosen = format_for(out, format_name)
    filled = fill_all(sources, mint=mint)
    if unknown is not None:
        write(unknown_table(filled if mint else fill_all(sources, mint=True)), unknown)
    if text_out is not None:
        write_texts(filled, text_out)
    for one in filled:
        note(f"{one.source.id}: {len(one.claims)} claims")
    if kg_path is not None:
        tell_built(kg_path, add(kg_path, filled_quads(filled, quotes=not no_quotes), report=note))
    if kg_path is None or out is not None or format_name is not None:
        write(written(filled, chosen, quotes=not no_quotes), out)
