"""Canned queries: the catalogue that `queries/` makes, and answers made of what an engine returns."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import compress
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab
from irkg.binding import check_placeholders, form
from irkg.engines import Table, Term
from irkg.errors import QueryError
from irkg.model import Answer, Check, Level, Param, QuerySpec, Strength, Support, ValueType
from irkg.rows import Cell, Meaning, Several

CHECK_PREFIX = "check-"
RULE_PREFIX = "construct-"
EVERY_STRENGTH = "every-strength"
"""The tag of queries that are about weak claims themselves, so that none is held back."""

_KEYS = (
    "summary", "description", "tags", "endpoint", "params", "example", "level", "problem", "solution", "sets",
    "questions", "empty",
)  # fmt: skip
_ALWAYS = _KEYS[:4]
_OF_CHECKS = ("level", "problem", "solution")
_FILE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEADER_LINE = re.compile(r"#\+ ([a-z]+): (\S.*)")
_FLOW_LIST = re.compile(r"\[\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s*\]")
_TYPES = {"xsd:integer": ValueType.INTEGER, "xsd:string": ValueType.LITERAL}
_PARAM_NAME = re.compile(r"[a-z0-9]+")
_SLOT = re.compile(r"\{([^{}]*)\}")
_NEEDS_QUOTES = tuple("{}[]&*!|>'%@`#,?-:")  # what a plain YAML value must not begin with
_PLAIN = vocab.XSD + "string"
_MANY_VALUED = frozenset({"source", "evidence"})  # columns of canned queries
_SUPPORT_ORDER = {s.value: at for at, s in enumerate(Support)}
_RANKS = {s.value: s.rank for s in Strength}


def load_catalogue(folder: Path) -> dict[str, QuerySpec]:
    """Read the canned queries of a folder.

    Args:
        folder: A folder with files NAME.rq.

    Returns:
        The queries by name, sorted.

    Raises:
        QueryError: A file has no proper header, or placeholders that do not fit it; with its line.
    """
    if not folder.is_dir():
        raise QueryError("no such folder of queries", path=folder)
    catalogue = {path.stem: read_query(path) for path in sorted(folder.glob("*.rq"))}
    for spec in catalogue.values():
        for param in spec.params:
            if param.values is not None and param.values not in catalogue:
                what = f'no query "{param.values}" lists the values of {param.name}'
                raise QueryError(what, path=folder / f"{spec.name}.rq")
    return catalogue


def read_query(path: Path) -> QuerySpec:
    """Read one canned query.

    Args:
        path: Its file, NAME.rq.

    Returns:
        The query.

    Raises:
        QueryError: The file cannot be read, or its header or placeholders are not as they should be.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"cannot be read as a query: {error}", path=path) from error
    try:
        return _spec(path.stem, text)
    except QueryError as error:
        raise QueryError(error.what, path=path, line=error.line, remedy=error.remedy) from error


def _spec(name: str, text: str) -> QuerySpec:
    if not _FILE_NAME.fullmatch(name):
        raise QueryError(f'"{name}" is no name of a query', remedy="use small letters, digits and hyphens")
    header = _header(text)
    if form(text) not in ("SELECT", "CONSTRUCT"):
        raise QueryError("a canned query is a SELECT or a CONSTRUCT")
    line, written = header.get("params", (0, ""))
    params = tuple(_param(part, line) for part in written.split(";") if part.strip())
    check_placeholders(text, params)
    names = {p.name for p in params}
    for key in ("questions", "empty"):
        line, value = header.get(key, (0, ""))
        for slot in _SLOT.findall(value):
            if slot not in names:
                raise QueryError(f"{{{slot}}} is not a parameter", line=line)
    questions = header.get("questions", (0, ""))[1].split("|")
    return QuerySpec(
        name=name,
        summary=header["summary"][1],
        description=header["description"][1],
        tags=tuple(re.split(r"\s*,\s*", header["tags"][1])),
        questions=tuple(q.strip() for q in questions if q.strip()),
        params=params,
        empty=header.get("empty", (0, ""))[1],
        text=text,
        sets=_sets(header.get("sets")),
        example=_example(header.get("example"), params),
        check=_check(header) if name.startswith(CHECK_PREFIX) else None,
    )


def _example(header: tuple[int, str] | None, params: Sequence[Param]) -> tuple[tuple[str, str], ...]:
    """Read `first=eran-2023; second=sun-w-2016`; what a query needs must be among it."""
    line, written = header or (0, "")
    pairs = [part.strip().partition("=")[::2] for part in written.split(";") if part.strip()]
    for name, value in pairs:
        if not value or name not in {p.name for p in params}:
            raise QueryError(
                f"{name!r} is no parameter with a value", line=line, remedy="write: #+ example: name=value"
            )
    return tuple(pairs)


def _sets(header: tuple[int, str] | None) -> tuple[str, str] | None:
    if header is None:
        return None
    line, written = header
    members, _, covered = written.partition(" ")
    if not members or not covered or " " in covered:
        raise QueryError(f"{written!r} are no two columns", line=line, remedy="write: #+ sets: subject object")
    return members, covered


def _check(header: Mapping[str, tuple[int, str]]) -> Check:
    for key in _OF_CHECKS:
        if key not in header:
            raise QueryError(f"the header of a check has no {key}", line=1, remedy=f"add #+ {key}: …")
    line, level = header["level"]
    if level not in list(Level):
        raise QueryError(f'"{level}" is no level', line=line, remedy=f"use one of {', '.join(Level)}")
    return Check(Level(level), header["problem"][1], header["solution"][1])


def _header(text: str) -> dict[str, tuple[int, str]]:
    """Return (line, value) for each key. Only single-line YAML that grlc reads the same way is accepted."""
    found: dict[str, tuple[int, str]] = {}
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    for number, line in enumerate(lines, start=1):
        if not line.startswith("#+"):
            continue
        match = _HEADER_LINE.fullmatch(line.rstrip())
        if match is None or number > end:
            raise QueryError("not a header line", line=number, remedy="begin the file with lines #+ key: value")
        key = match[1]
        if key not in _KEYS or key in found:
            raise QueryError(f"the header key {key} is unknown or repeated", line=number)
        if found and _KEYS.index(key) < _KEYS.index(list(found)[-1]):
            raise QueryError(f"the header key {key} stands too late", line=number, remedy=f"order: {_KEYS}")
        found[key] = (number, _value(key, match[2], number))
    missing = [k for k in _ALWAYS if k not in found]
    if missing:
        raise QueryError(f"the header has no {missing[0]}", line=end + 1, remedy=f"add #+ {missing[0]}: …")
    return found


def _value(key: str, written: str, line: int) -> str:
    if key == "tags":
        flow = _FLOW_LIST.fullmatch(written)
        if flow is None:
            raise QueryError("tags are not a list", line=line, remedy="write them as [a, b]")
        return flow[1]
    if written.startswith('"'):
        try:
            value = json.loads(written)  # a JSON string is a YAML string
        except ValueError as error:
            raise QueryError(f"{key} is not a quoted value", line=line) from error
        return str(value)
    if written.startswith(_NEEDS_QUOTES) or re.search(r":(\s|$)|\s#", written):
        raise QueryError(f"{key} must be quoted to be YAML", line=line, remedy='put it in "…"')
    return written


def _param(written: str, line: int) -> Param:
    """Read `mechanism irkg:ResistanceMechanism|irkg:Other required mechanisms`."""
    parts = written.split()
    usage = "write: name class|class required|optional [query that lists its values]"
    if len(parts) not in (3, 4) or parts[2] not in ("required", "optional"):
        raise QueryError(f"{written.strip()!r} is no parameter", line=line, remedy=usage)
    if not _PARAM_NAME.fullmatch(parts[0]):
        raise QueryError(f"{parts[0]!r} is no name of a parameter", line=line, remedy="use a-z and 0-9")
    classes = [vocab.expand(curie) for curie in parts[1].split("|")]
    if None in classes:
        raise QueryError(f"{parts[1]!r} is not made of CURIEs", line=line, remedy=usage)
    required, sort = parts[2] == "required", _TYPES.get(parts[1], ValueType.IRI)
    return Param(
        name=parts[0],
        placeholder=f"?{'_' if required else '__'}{parts[0]}_{sort}",
        classes=tuple(c for c in classes if c is not None),
        required=required,
        values=parts[3] if len(parts) == 4 else None,
        type=sort,
    )


def answer(table: Table) -> Answer:
    """Turn what an engine returned into the rows that people read.

    Args:
        table: The engine's rows.

    Returns:
        The rows without duplicates, stated ones first, then entailed ones, then candidates, each in the
        order of their cells; no candidate that is stated as well, for a rule need not propose what a source says.

    Example:
        >>> answer(Table(("kind_id",), ((ox.NamedNode("https://w3id.org/irkg/kind/CL_0000815"),),)))
        Answer(columns=('kind_id',), rows=(('CL:0000815',),), notes=())
    """
    columns = zip(table.columns, zip(*table.rows, strict=True), strict=False)  # of no rows there are no columns
    found = set(zip(*(_cells(column, terms) for column, terms in columns), strict=True))
    rows = sorted(found - _said(table.columns, found))
    if "support" in table.columns:
        at = table.columns.index("support")
        rows.sort(key=lambda row: _SUPPORT_ORDER.get(row[at], 9))
    triples = tuple(sorted(f"{t} ." for t in table.triples or ()))
    return Answer(table.columns, tuple(rows), triples=triples)


def _said(columns: Sequence[str], rows: Collection[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the candidates that are stated as well."""
    if not {"support", "subject_id", "relation", "object_id"}.issubset(columns):
        return set()
    support, *parts = (columns.index(c) for c in ("support", "subject_id", "relation", "object_id"))
    proposed = [row for row in rows if row[support] == Support.CANDIDATE]
    if not proposed:
        return set()
    stated = {tuple(row[at] for at in parts) for row in rows if row[support] == Support.STATED}
    return {row for row in proposed if tuple(row[at] for at in parts) in stated}


def own_rows(table: Table, ordered: bool) -> Answer:
    """Turn what an engine returned for a user's own SPARQL into rows: nothing is left out or taken together.

    Args:
        table: The engine's rows.
        ordered: Whether the query orders its rows, so that they keep their order; they are sorted otherwise.

    Returns:
        As many rows as the engine returned, IRIs as CURIEs where a prefix is known.

    Example:
        >>> own_rows(Table(("n",), ((ox.Literal(9),), (ox.Literal(9),))), ordered=True).rows
        (('9',), ('9',))
    """
    rows = [tuple(map(_own_cell, row)) for row in table.rows]
    triples = tuple(sorted(f"{t} ." for t in table.triples or ()))
    return Answer(table.columns, tuple(rows if ordered else sorted(rows)), triples=triples, boolean=table.boolean)


def _own_cell(term: Term | None) -> str:
    if isinstance(term, ox.NamedNode):
        return Cell(vocab.contract(term.value), Meaning("uri", term.value))
    if isinstance(term, ox.BlankNode):
        return Cell(str(term), Meaning("bnode", term.value))
    return "" if term is None else _literal(term)


def _literal(term: Term) -> str:
    """Return the cell of a literal; one that is plain text, or a triple, is its text alone."""
    if not isinstance(term, ox.Literal):
        return str(term)
    datatype = term.datatype.value
    if datatype == _PLAIN:
        return term.value
    language = term.language or ""
    return Cell(term.value, Meaning("literal", term.value, "" if language else datatype, language))


def _cells(column: str, terms: Sequence[Term | None]) -> list[str]:
    """Return the cells of a column; most columns hold few terms, many times."""
    made = {term: _cell(column, term) for term in set(terms)}
    return [made[term] for term in terms]


def _cell(column: str, term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        iri = term.value
        if column.endswith("_id") and iri.startswith(vocab.KIND):
            iri = vocab.class_of(iri)
        return Cell(vocab.contract(iri), Meaning("uri", iri))
    text = _literal(term)
    if column == "reason":  # engines put the caveats of several claims in any order
        first, *caveats = text.split("; ")
        return "; ".join((first, *sorted(set(caveats) - {first})))
    return Several(" ".join(sorted(set(text.split())))) if column in _MANY_VALUED else text


def shown_strength(spec: QuerySpec, asked: Strength | None) -> Strength | None:
    """Return the strength to filter by: as asked, or none held back where the query is about weak claims.

    Args:
        spec: The canned query.
        asked: What the user asked for, if anything.

    Returns:
        A value for `filter_answer`.
    """
    return Strength.HYPOTHETICAL if asked is None and EVERY_STRENGTH in spec.tags else asked


def filter_answer(
    answer: Answer,
    sources: Collection[str] = (),
    supports: Collection[Support] = (),
    min_strength: Strength | None = None,
    reviewed: bool = False,
) -> Answer:
    """Leave out rows, and say so.

    Args:
        answer: The rows.
        sources: Ids of sources: a row stays if all the sources that it rests on are among them; none, no filter.
        supports: What a row may rest on; none, no filter.
        min_strength: The weakest strength shown; None means `ability` for stated and entailed rows (`hedged` where
            none is stronger), and all candidates, which are as strong as their weakest premise.
        reviewed: Whether only rows that a curator has accepted stay.

    Returns:
        The rows that are left, with a note for each filter that removed some or that could not work.
    """
    names = {s.value for s in supports}
    wanted = frozenset(sources)
    if wanted:
        answer = _by(answer, "source", lambda cell: wanted.issuperset(cell.split()), _other_sources)
    if names:
        answer = _by(answer, "support", names.__contains__, _other_support)
    if min_strength is not None:
        answer = _by(answer, "strength", partial(_strong_enough, least=min_strength), _weaker)
    elif "strength" in answer.columns:
        answer = _by_default(answer)
    if reviewed:
        answer = _by(answer, "review", "accepted".__eq__, _unreviewed)
    return answer


_Check = Callable[[str], bool]
_Note = Callable[[Sequence[str]], str]  # of the cells of a column in the rows that are left out


def _by(answer: Answer, column: str, passes: _Check, note: _Note) -> Answer:
    if column not in answer.columns:
        missing = f"These rows have no {column}, so they could not be filtered by it."
        return replace(answer, notes=(*answer.notes, missing))
    cells = answer.column(column)
    passing = set(filter(passes, set(cells)))  # most columns hold few cells, many times
    return _without(answer, cells, [cell in passing for cell in cells], note)


def _by_default(answer: Answer) -> Answer:
    """Leave out what is stated too weakly; hedged rows stay where nothing is stated more strongly.

    A candidate, which no source states, must not stand where a hedged statement is left out.
    """
    strengths = answer.column("strength")
    supports = answer.column("support") if "support" in answer.columns else ("",) * len(strengths)
    said = [cell for cell, support in zip(strengths, supports, strict=True) if support != Support.CANDIDATE]
    strong = any(_strong_enough(cell, Strength.ABILITY) for cell in said)
    hedged = [cell for cell in said if not strong and _strong_enough(cell, Strength.HEDGED)]
    least = Strength.HEDGED if hedged else Strength.ABILITY
    if hedged:
        note = f"{_counted(hedged, _RANKS)} shown, because nothing is stated more strongly."
        answer = replace(answer, notes=(*answer.notes, note))
    cells = zip(strengths, supports, strict=True)
    kept = [s == Support.CANDIDATE or _strong_enough(cell, least) for cell, s in cells]
    return _without(answer, strengths, kept, _weaker)


def _strong_enough(strength: str, least: Strength) -> bool:
    return _RANKS.get(strength, 0) >= _RANKS[least.value]


def _without(answer: Answer, cells: Sequence[str], kept: Sequence[bool], note: _Note) -> Answer:
    """Leave out the rows that are not kept, with a note on their cells of a column."""
    if all(kept):
        return answer
    removed = [cell for cell, stays in zip(cells, kept, strict=True) if not stays]
    rows = tuple(compress(answer.rows, kept))
    return replace(answer, rows=rows, notes=(*answer.notes, note(removed)))


def _counted(cells: Iterable[str], order: Iterable[str]) -> str:
    """Return "2 hedged rows are" or "1 hedged and 2 future rows are"."""
    counts = Counter(cells)
    places = {cell: at for at, cell in enumerate(order)}
    parts = [f"{counts[c]} {c}".rstrip() for c in sorted(counts, key=lambda c: (places.get(c, 99), c))]
    return " and ".join(parts) + (" row is" if counts.total() == 1 else " rows are")


def _weaker(removed: Sequence[str]) -> str:
    weakest = min(removed, key=lambda c: _RANKS.get(c, 0))
    return f"{_counted(removed, _RANKS)} not shown; add --min-strength {weakest}."


def _other_support(removed: Sequence[str]) -> str:
    counted = _counted(removed, _SUPPORT_ORDER)
    return f"{counted} not shown; leave out --support to see all."


def _other_sources(removed: Sequence[str]) -> str:
    counted = _counted(["" for _ in removed], ())
    return f"{counted} not shown, because other sources are needed for them; leave out --source to see all."


def _unreviewed(removed: Sequence[str]) -> str:
    counted = _counted(removed, ())
    return f"{counted} not shown; leave out --reviewed to see all."
