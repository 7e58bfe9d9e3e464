"""The formats that annotations are written in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irkg.annotate import Annotated
from irkg.annotate.document import Annotation
from irkg.errors import IrkgError

COLUMNS = ("source", "start", "end", "text", "id", "label", "name", "kind", "form")
_KINDS = {
    "label": "label",
    "exact": "exact synonym",
    "narrow": "narrow synonym",
    "related": "related synonym",
    "broad": "broad synonym",
}


@dataclass(frozen=True, slots=True)
class Format:
    """A format of annotations.

    Attributes:
        name: Its name.
        suffix: The suffix of its files.
        about: What it is for.
        write: What writes documents in it.
    """

    name: str
    suffix: str
    about: str
    write: Callable[[Iterable[Annotated]], str]


def record(source: str, annotation: Annotation) -> dict[str, str | int]:
    """Return an annotation by column.

    Args:
        source: The id of its document.
        annotation: The annotation.

    Returns:
        `source start end text id label`; `name` is the name of the ontology that was found, `kind` what the ontology
        says of it, `form` the rule by which the text says it. Where the parts of a name stand apart, start and end
        are those of each part with `;` between, as the CRAFT corpus writes them.
    """
    starts, ends = zip(*_places(annotation), strict=True)
    whole = not annotation.pieces
    return {
        "source": source,
        "start": annotation.start if whole else ";".join(map(str, starts)),
        "end": annotation.end if whole else ";".join(map(str, ends)),
        "text": annotation.text,
        "id": annotation.term,
        "label": annotation.label,
        "name": annotation.name,
        "kind": _KINDS[annotation.scope],
        "form": annotation.rule,
    }


def _places(annotation: Annotation) -> tuple[tuple[int, int], ...]:
    return annotation.pieces or ((annotation.start, annotation.end),)


def _tsv(documents: Iterable[Annotated]) -> str:
    """Write one line for each annotation; tabs and line breaks in a name are spaces."""
    rows = [record(d.source, a) for d in documents for a in d.annotations]
    lines = ["\t".join(" ".join(str(row[c]).split()) for c in COLUMNS) for row in rows]
    return "\n".join(["\t".join(COLUMNS), *lines]) + "\n"


def _jsonl(documents: Iterable[Annotated]) -> str:
    """Write one JSON object in a line for each annotation."""
    rows = (record(d.source, a) for d in documents for a in d.annotations)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _pubannotation(documents: Iterable[Annotated]) -> str:
    """Write PubAnnotation JSON (https://www.pubannotation.org/docs/annotation-format): one object, or a list."""
    made = [
        {
            "sourcedb": "irkg",
            "sourceid": d.source,
            "text": d.text,
            "denotations": [
                {"id": f"T{n}", "span": _pubannotation_span(a), "obj": a.term} for n, a in enumerate(d.annotations, 1)
            ],
        }
        for d in documents
    ]
    return _json(made[0] if len(made) == 1 else made)


def _pubannotation_span(annotation: Annotation) -> dict[str, int] | list[dict[str, int]]:
    """Return a span; where the parts of a name stand apart a list of spans, the bag model of PubAnnotation."""
    spans = [{"begin": start, "end": end} for start, end in _places(annotation)]
    return spans if annotation.pieces else spans[0]


def _bioc(documents: Iterable[Annotated]) -> str:
    """Write a BioC collection in JSON, each document as one passage; offsets are characters."""
    made = [
        {
            "id": d.source,
            "infons": {},
            "passages": [
                {
                    "offset": 0,
                    "infons": {},
                    "text": d.text,
                    "sentences": [],
                    "annotations": [_bioc_annotation(n, a) for n, a in enumerate(d.annotations, 1)],
                    "relations": [],
                }
            ],
            "annotations": [],
            "relations": [],
        }
        for d in documents
    ]
    return _json({"source": "irkg", "date": "", "key": "", "version": "1.0", "infons": {}, "documents": made})


def _bioc_annotation(number: int, a: Annotation) -> dict[str, Any]:
    prefix = a.term.partition(":")[0]
    return {
        "id": f"T{number}",
        "infons": {"type": prefix, "identifier": a.term, "label": a.label},
        "text": a.text,
        "locations": [{"offset": start, "length": end - start} for start, end in _places(a)],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


FORMATS = {
    f.name: f
    for f in (
        Format("tsv", ".tsv", "a table: source, start, end, text, id, label, name, kind, form", _tsv),
        Format("jsonl", ".jsonl", "the same, a JSON object in each line", _jsonl),
        Format("pubannotation", ".json", "PubAnnotation, with the text", _pubannotation),
        Format("bioc", ".bioc.json", "BioC in JSON, with the text", _bioc),
    )
}


def format_for(out: Path | None, name: str | None) -> Format:
    """Return the format to write in: by name, else by the suffix of the file, else `tsv`.

    Raises:
        IrkgError: The suffix is none of ours.

    Example:
        >>> format_for(Path("found.bioc.json"), None).name, format_for(None, None).name
        ('bioc', 'tsv')
    """
    if name:
        return FORMATS[name]
    if out is None or str(out) == "-":
        return FORMATS["tsv"]
    fitting = [f for f in FORMATS.values() if out.name.lower().endswith(f.suffix)]
    if not fitting:
        known = ", ".join(f.suffix for f in FORMATS.values())
        raise IrkgError(f'unknown suffix "{out.suffix}"', path=out, remedy=f"use {known}")
    return max(fitting, key=lambda f: len(f.suffix))
