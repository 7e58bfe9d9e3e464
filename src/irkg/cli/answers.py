"""Commands that answer: ask, query, queries, explain."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from irkg.cli.options import KG_OPTION, OUT_OPTION, filter_of, filter_options, graph_of, graph_options
from irkg.cli.output import note, show, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from irkg.kg import KnowledgeGraph
    from irkg.model import Param, QuerySpec
    from irkg.rows import Answer

_FORMAT = click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "tsv", "csv", "json", "sparql-json", "sparql-xml", "markdown", "turtle"]),
    help="[default: a table on a terminal, TSV elsewhere]",
)

_SOURCE_TEXT = click.option(
    "--source-text", "texts", type=click.Path(path_type=Path), multiple=True, help="Show the sentences of this text."
)

_EVIDENCE = click.option(
    "--evidence", is_flag=True, help="Show whose statement a row rests on, under which heading, and its address."
)


@click.command()
@click.argument("question")
@click.option("--explain", "explained", is_flag=True, help="Show the SPARQL too, on stderr.")
@graph_options
@filter_options
@_EVIDENCE
@_SOURCE_TEXT
@_FORMAT
@OUT_OPTION
def ask(
    question: str,
    explained: bool,
    kg_path: Path | None,
    endpoint: str | None,
    evidence: bool,
    texts: tuple[Path, ...],
    format_name: str | None,
    out: Path | None,
    **filters: Any,
) -> None:
    """Answer a question in English by the canned query that fits it.

    Example: irkg ask "which strategies counter Treg recruitment" --source eran-2023
    """
    said = _read_all(texts)
    kg = graph_of(kg_path, endpoint)
    if explained:
        note(kg.chosen(question)[1].rstrip("\n"))
    choice, answer = kg.ask(question, filter_of(**filters))
    second = f"; second best: {choice.runner_up} ({choice.runner_up_score:.2f})" if choice.runner_up else ""
    note(f"Asked as {choice.spec.name} ({choice.score:.2f}): {choice.why}{second}.")
    show(_with_evidence(answer, kg, evidence, said), format_name, out)


def _read_all(texts: Sequence[Path]) -> dict[str, str]:
    """Read the texts of sources, before anything is asked or said."""
    if not texts:
        return {}
    from irkg.text import read_text

    return {text.stem: read_text(text) for text in texts}


def _with_evidence(answer: Answer, kg: KnowledgeGraph, evidence: bool, texts: Mapping[str, str]) -> Answer:
    if not evidence and not texts:
        return answer
    from irkg.quoting import with_references, with_sentences

    if evidence:
        answer = with_references(answer, kg.engine)
    return with_sentences(answer, kg.store, texts) if texts else answer


class _CannedQueries(click.Group):
    """One command for each canned query, with its parameters as options."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the canned queries."""
        from irkg.catalogue import catalogue

        return sorted(catalogue())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a canned query."""
        from irkg.catalogue import find_query

        return _command(find_query(cmd_name))


@click.group(
    cls=_CannedQueries, invoke_without_command=True, subcommand_metavar="NAME [--PARAM VALUE]...", no_args_is_help=False
)
@graph_options
@click.option("--file", "query_file", type=click.Path(path_type=Path), help="Run the SPARQL in this file.")
@click.option("--sparql", metavar="TEXT", help="Run this SPARQL.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 86_400),
    default=60.0,
    show_default=True,
    help="Seconds for --file and --sparql.",
)
@click.option(
    "--memory",
    type=click.IntRange(50),
    default=2_000,
    show_default=True,
    help="Megabytes for --file and --sparql, graph included.",
)
@_FORMAT
@OUT_OPTION
@click.pass_context
def query(
    ctx: click.Context,
    kg_path: Path | None,
    endpoint: str | None,
    query_file: Path | None,
    sparql: str | None,
    timeout: float,
    memory: int,
    format_name: str | None,
    out: Path | None,
) -> None:
    """Run a canned query, or your own SPARQL.

    Example: irkg query strategies-countering --mechanism "Treg recruitment"
    """
    ctx.obj = {"kg_path": kg_path, "endpoint": endpoint, "format_name": format_name, "out": out}
    if ctx.invoked_subcommand is not None:
        return
    from irkg.confined import Bounds
    from irkg.own_query import own_answer
    from irkg.text import read_text

    if (query_file is None) == (sparql is None):
        raise click.UsageError("give the NAME of a canned query, --file or --sparql", ctx)
    text = sparql if sparql is not None else read_text(Path(str(query_file)))
    if endpoint:
        found = graph_of(kg_path, endpoint, timeout).sparql(text)
    else:
        found = own_answer(text, kg_path, Bounds(timeout, memory), query_file)
    show(found, format_name, out)


def _complete(ctx: click.Context, _: click.Parameter, incomplete: str, values_of: Param) -> list[Any]:
    """Return the values of a parameter that begin as what is typed, for bash, zsh and fish."""
    from click.shell_completion import CompletionItem

    begun = incomplete.casefold().replace(" ", "-").strip("'\"")
    values = graph_of(ctx.params.get("kg_path"), None).values(values_of)
    return [CompletionItem(name, help=what or None) for name, what in values if name.casefold().startswith(begun)]


def _command(spec: QuerySpec) -> click.Command:
    """Make the command of a canned query; its options can stand before the query's name too."""
    shared = ("kg_path", "endpoint", "format_name", "out")

    @click.pass_context
    def run(ctx: click.Context, /, **given: Any) -> None:
        chosen = {name: given.pop(name) or ctx.obj[name] for name in shared}
        params = {p.name: given.pop(f"param_{p.name}") for p in spec.params}
        dry_run = given.pop("dry_run")
        kg = graph_of(chosen["kg_path"], chosen["endpoint"])
        if dry_run:
            write(kg.bound(spec.name, params)[2], chosen["out"])
            return
        evidence, texts = given.pop("evidence"), _read_all(given.pop("texts"))
        found = kg.query(spec.name, filter_of(**given), **params)
        show(_with_evidence(found, kg, evidence, texts), chosen["format_name"], chosen["out"])

    callback: Any = run
    decorators = [OUT_OPTION, _FORMAT, _SOURCE_TEXT, _EVIDENCE, filter_options, graph_options]
    decorators.insert(0, click.option("--dry-run", is_flag=True, help="Print the SPARQL as bound, and run nothing."))
    for decorate in decorators:
        callback = decorate(callback)
    for param in reversed(spec.params):
        callback = click.option(
            f"--{param.name}",
            f"param_{param.name}",
            metavar="NAME",
            multiple=True,
            shell_complete=partial(_complete, values_of=param),
            help=f"{'Needed: a' if param.required else 'A'} label, synonym, abbreviation, CURIE or IRI.",
        )(callback)
    words = "".join(f" --{name} {quote(value)}" for name, value in spec.example)
    epilog = f"Example: irkg query {spec.name}{words}"
    return click.command(spec.name, help=f"{spec.summary}\n\n{spec.description}", epilog=epilog)(callback)


@click.command()
@click.option("--tag", help="Only queries with this tag.")
@KG_OPTION
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "tsv", "csv", "json", "markdown", "turtle"]),
    help="Markdown is a page with SPARQL and sample rows, Turtle describes the queries in SHACL"
    " [default: a table on a terminal, TSV elsewhere]",
)
@OUT_OPTION
def queries(tag: str | None, kg_path: Path | None, format_name: str | None, out: Path | None) -> None:
    """List the canned queries with their parameters.

    Example: irkg queries --tag strategy
    """
    from irkg import tabulate
    from irkg.catalogue import catalogue
    from irkg.catalogue_formats import catalogue_markdown, catalogue_turtle

    chosen = {name: spec for name, spec in catalogue().items() if tag is None or tag in spec.tags}
    if format_name == "turtle" and kg_path is None:
        write(catalogue_turtle(chosen), out)
    elif format_name == "markdown":
        kg = graph_of(kg_path)
        asked = {name: kg.example(spec) for name, spec in chosen.items() if not name.startswith("construct-")}
        write(catalogue_markdown(chosen, asked), out)
    elif kg_path is not None:
        raise click.UsageError("--kg goes with --format markdown, which has sample rows", click.get_current_context())
    else:
        show(tabulate.queries(chosen), format_name, out)


@click.command()
@click.argument("subject")
@click.argument("relation")
@click.argument("object_", metavar="OBJECT")
@KG_OPTION
@click.option("--source", "sources", metavar="ID", multiple=True, help="Only by what this source states.")
@click.option("--all", "every", is_flag=True, help="Every minimal derivation, not only the shortest.")
@_SOURCE_TEXT
@click.option(
    "--format", "format_name", type=click.Choice(["text", "json", "dot", "svg"]), default="text", show_default=True
)
@OUT_OPTION
@click.pass_context
def explain(
    ctx: click.Context,
    subject: str,
    relation: str,
    object_: str,
    kg_path: Path | None,
    sources: tuple[str, ...],
    every: bool,
    texts: tuple[Path, ...],
    format_name: str,
    out: Path | None,
) -> None:
    """Tell why an edge holds, down to the sentences; or why it does not, with exit code 1.

    Example: irkg explain "cancer cell" indirectlyInhibits "anti-tumor immune cell"
    """
    from irkg.explain_formats import EXPLANATION_FORMATS, sentences
    from irkg.text import read_text

    found = graph_of(kg_path).explain(subject, relation, object_, every=every, sources=sources)
    said = {place: s for text in texts for place, s in sentences(found, text.stem, read_text(text)).items()}
    write(EXPLANATION_FORMATS[format_name](found, said), out)
    ctx.exit(0 if found.holds else 1)
