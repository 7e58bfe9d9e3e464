"""How answers are written: a registry of formats that the command line shows by itself."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from irkg import vocab
from irkg.errors import QueryError
from irkg.model import Answer
from irkg.rows import Cell, Meaning

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# The escapes of the SPARQL 1.1 TSV results format; a backslash first, so that reading back is unambiguous.
_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A way to write an answer.

    Attributes:
        name: What `--format` calls it.
        suffix: The suffix of a file that it is guessed from.
        about: What it is, in a few words.
        write: From an answer to text that ends with a line break.
    """

    name: str
    suffix: str
    about: str
    write: Callable[[Answer], str]


def _tsv(answer: Answer) -> str:
    lines = (answer.columns, *answer.rows)
    return "".join("\t".join(cell.translate(_TSV_ESCAPES) for cell in line) + "\n" for line in lines)


def _csv(answer: Answer) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((answer.columns, *answer.rows))
    return text.getvalue()


def _json(answer: Answer) -> str:
    return json.dumps(answer.records(), ensure_ascii=False, indent=2) + "\n"


def _sparql_json(answer: Answer) -> str:
    """Write the JSON results format of SPARQL (https://www.w3.org/TR/sparql11-results-json/)."""
    if answer.boolean is not None:
        return json.dumps({"head": {}, "boolean": answer.boolean}, indent=2) + "\n"
    bindings = [
        {c: _json_term(meaning_of(c, cell)) for c, cell in zip(answer.columns, row, strict=True) if cell}
        for row in answer.rows
    ]
    results = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(results, ensure_ascii=False, indent=2) + "\n"


def _json_term(meaning: Meaning) -> dict[str, str]:
    said = {"type": meaning.type, "value": meaning.value, "datatype": meaning.datatype, "xml:lang": meaning.language}
    return {key: text for key, text in said.items() if text or key == "value"}


def link(address: str) -> str:
    """Return an address where it may be a link, an empty text where it must stay text.

    Example:
        >>> link("https://example.org/"), link("javascript:alert(1)"), link("doi:10.1000/182")
        ('https://example.org/', '', 'https://doi.org/10.1000/182')
    """
    if address.startswith("doi:"):
        return "https://doi.org/" + quote(address.removeprefix("doi:"), safe="/:;()._-")
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def meaning_of(column: str, cell: str) -> Meaning:
    """Return the RDF term that a cell stands for: its own, that of an identifier, or plain text.

    Args:
        column: The column's name; identifiers of kinds stand in columns that end in `_id`.
        cell: The cell.

    Example:
        >>> meaning_of("kind_id", "CL:0000815").value, meaning_of("kind", "CL:0000815").type
        ('http://purl.obolibrary.org/obo/CL_0000815', 'literal')
    """
    if isinstance(cell, Cell):
        return cell.meaning
    iri = vocab.expand(cell) if column.endswith("_id") else None
    return Meaning("uri", iri) if iri else Meaning("literal", cell)


def _sparql_xml(answer: Answer) -> str:
    """Write the XML results format of SPARQL (https://www.w3.org/TR/rdf-sparql-XMLres/)."""
    from xml.etree import ElementTree as ET

    root = ET.Element("sparql", xmlns="http://www.w3.org/2005/sparql-results#")
    head = ET.SubElement(root, "head")
    if answer.boolean is not None:
        ET.SubElement(root, "boolean").text = str(answer.boolean).lower()
        return _xml(root)
    for column in answer.columns:
        ET.SubElement(head, "variable", name=column)
    results = ET.SubElement(root, "results")
    for row in answer.rows:
        result = ET.SubElement(results, "result")
        for column, cell in zip(answer.columns, row, strict=True):
            if cell:
                meaning = meaning_of(column, cell)
                said = {"datatype": meaning.datatype, "xml:lang": meaning.language}
                binding = ET.SubElement(result, "binding", name=column)
                term = ET.SubElement(binding, meaning.type, {key: text for key, text in said.items() if text})
                term.text = _NOT_XML.sub("\ufffd", meaning.value)
    return _xml(root)


def _xml(root: Element) -> str:
    from xml.etree import ElementTree as ET

    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _markdown(answer: Answer) -> str:
    rule = tuple("---" for _ in answer.columns)
    head, *rows = (tuple(_markdown_cell(c) for c in line) for line in (answer.columns, *answer.rows))
    return "".join("| " + " | ".join(line) + " |\n" for line in (head, rule, *rows))


def _markdown_cell(cell: str) -> str:
    for sign in "\\|<>*_`[]":
        cell = cell.replace(sign, "\\" + sign)
    return " ".join(cell.split())


def _turtle(answer: Answer) -> str:
    if answer.columns != ("subject", "predicate", "object"):
        raise QueryError("only triples can be written as Turtle", remedy="use a CONSTRUCT or DESCRIBE query")
    import pyoxigraph as ox

    triples = [q.triple for q in ox.parse("\n".join(answer.triples), format=ox.RdfFormat.N_TRIPLES)]
    iris = " ".join(answer.triples)
    used = {prefix: iri for prefix, iri in vocab.PREFIXES.items() if f"<{iri}" in iris}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used)
    assert written is not None  # as it is where a file is named to write to
    return written.decode() or "\n"


RESULT_FORMATS: dict[str, ResultFormat] = {
    f.name: f
    for f in (
        ResultFormat("tsv", ".tsv", "columns parted by tabs", _tsv),
        ResultFormat("csv", ".csv", "columns parted by commas", _csv),
        ResultFormat("json", ".json", "a list of records", _json),
        ResultFormat("sparql-json", ".srj", "SPARQL 1.1 query results", _sparql_json),
        ResultFormat("sparql-xml", ".srx", "SPARQL query results in XML", _sparql_xml),
        ResultFormat("markdown", ".md", "a Markdown table", _markdown),
        ResultFormat("turtle", ".ttl", "the triples of a CONSTRUCT or DESCRIBE", _turtle),
    )
}


def format_for(out: Path | None, suffixes: Mapping[str, str] | None = None) -> str:
    """Return the format to write an answer in: by the suffix of the file, TSV where there is none.

    Args:
        out: The file; None or `-` for stdout.
        suffixes: From a suffix to the format; those of `RESULT_FORMATS` where None.

    Raises:
        QueryError: The suffix is none of ours.
    """
    if out is None or str(out) == "-":
        return "tsv"
    known = {f.suffix: f.name for f in RESULT_FORMATS.values()} if suffixes is None else suffixes
    if out.suffix not in known:
        raise QueryError(f'unknown suffix "{out.suffix}"', path=out, remedy=f"use one of: {', '.join(known)}")
    return known[out.suffix]


def render(answer: Answer, format: str) -> str:
    r"""Write an answer in one of the formats.

    Args:
        answer: The answer; its notes are not part of the data and are left out.
        format: A key of `RESULT_FORMATS`.

    Returns:
        Text that ends with a line break.

    Raises:
        QueryError: There is no such format.

    Example:
        >>> render(Answer(("subject", "object"), (("cancer cell", "a\tb"),)), "tsv")
        'subject\tobject\ncancer cell\ta\\tb\n'
    """
    if format not in RESULT_FORMATS:
        known = ", ".join(RESULT_FORMATS)
        raise QueryError(f'unknown result format "{format}"', remedy=f"use one of: {known}")
    return RESULT_FORMATS[format].write(answer)
