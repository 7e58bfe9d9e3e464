"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from irkg.kg import Filter, KnowledgeGraph

F = TypeVar("F", bound=Callable[..., Any])

KG_OPTION = click.option(
    "--kg",
    "kg_path",
    type=click.Path(path_type=Path),
    envvar="IRKG_KG",
    help="A knowledge graph that `irkg build` wrote [default: the one that ships with irkg].",
)
REASONER_OPTION = click.option(
    "--reasoner",
    type=click.Choice(["auto", "irkg", "hermit"]),
    default="auto",
    show_default=True,
    help="irkg needs no Java; auto runs HermiT where the ontology says what irkg does not handle.",
)
OUT_OPTION = click.option(
    "-o", "--out", type=click.Path(path_type=Path, allow_dash=True), help="Write to this file, '-' for stdout."
)
TEXT_OPTION = click.option(
    "--text",
    "text_out",
    type=click.Path(path_type=Path),
    help="Write the text that the offsets refer to: a file for one article, a folder for several.",
)
_ENDPOINT = click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead.")


def _sources(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the sources that begin as what is typed, for the completion of shells."""
    return [s for s in graph_of(ctx.params.get("kg_path")).sources() if s.startswith(incomplete)]


_FILTERS = (
    click.option(
        "--source",
        "sources",
        metavar="ID",
        multiple=True,
        shell_complete=_sources,
        help="Only what rests on this source.",
    ),
    click.option("--support", metavar="LIST", help="Any of stated,entailed,candidate [default: all]."),
    click.option(
        "--min-strength",
        type=click.Choice(["asserted", "ability", "hedged", "future", "hypothetical"]),
        help="The weakest claims to show [default: ability for what is stated or follows].",
    ),
    click.option("--reviewed", is_flag=True, help="Only what rests on claims that a curator has accepted."),
)


def graph_options(command: F) -> F:
    """Add the options that pick a knowledge graph to ask."""
    return KG_OPTION(_ENDPOINT(command))


def filter_options(command: F) -> F:
    """Add the options that say which rows of an answer are wanted."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def graph_of(kg_path: Path | None, endpoint: str | None = None, timeout: float = 30) -> KnowledgeGraph:
    """Open the knowledge graph that the options pick; an endpoint gets so many seconds to answer."""
    from irkg.errors import IrkgError
    from irkg.kg import KnowledgeGraph

    if endpoint and kg_path and click.get_current_context().get_parameter_source("kg_path") is not None:
        given = click.get_current_context().get_parameter_source("kg_path")
        if given is click.core.ParameterSource.COMMANDLINE:
            raise IrkgError("--kg and --endpoint exclude each other", remedy="give one of them")
    return (
        KnowledgeGraph.at_endpoint(endpoint, timeout=max(1, round(timeout)))
        if endpoint
        else KnowledgeGraph.open(kg_path)
    )


def filter_of(sources: tuple[str, ...], support: str | None, min_strength: str | None, reviewed: bool) -> Filter:
    """Return the filter that the options describe."""
    from irkg.wanted import wanted

    return wanted(sources, support or "", min_strength or "", reviewed)
