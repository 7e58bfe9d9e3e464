"""The claims table: one line for each claim, as the extractor found it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from irkg.model import Claim
from irkg.vocab import contract

COLUMNS = tuple(
    (
        "source sent_start sent_end section subj_start subj_end subj_text subj_label subject relation "
        "obj_start obj_end obj_text obj_label object negated strength hedge_cue quantifier citations rule confidence"
    ).split()
)


def record(claim: Claim) -> dict[str, str]:
    """Return a claim as the cells of its line, by column.

    Args:
        claim: The claim.

    Returns:
        Offsets are characters of the source, 0-based, half open; tabs and line breaks in words are spaces.
    """
    cells = {
        "source": claim.source,
        "sent_start": claim.sentence.start,
        "sent_end": claim.sentence.end,
        "section": claim.section,
        "subj_start": claim.subject.span.start,
        "subj_end": claim.subject.span.end,
        "subj_text": claim.subject.text,
        "subj_label": claim.subject.label,
        "subject": contract(claim.subject.iri),
        "relation": claim.relation,
        "obj_start": claim.object.span.start,
        "obj_end": claim.object.span.end,
        "obj_text": claim.object.text,
        "obj_label": claim.object.label,
        "object": contract(claim.object.iri),
        "negated": str(claim.negated).lower(),
        "strength": claim.strength.value,
        "hedge_cue": claim.hedge_cue,
        "quantifier": claim.quantifier,
        "citations": ",".join([*(f"[{n}]" for n in claim.citations), *(f"({m})" for m in claim.unresolved)]),
        "rule": claim.rule,
        "confidence": f"{claim.confidence:.2f}",
    }
    return {column: " ".join(str(cells[column]).split()) for column in COLUMNS}


def as_tsv(claims: Iterable[Claim]) -> str:
    r"""Write claims as tab-separated values with a header line; no cell is quoted.

    Example:
        >>> as_tsv([]).split("\t")[:3]
        ['source', 'sent_start', 'sent_end']
    """
    out = io.StringIO()
    table = csv.DictWriter(
        out, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None, escapechar=None
    )
    table.writeheader()
    table.writerows(record(c) for c in claims)
    return out.getvalue()


def as_jsonl(claims: Iterable[Claim]) -> str:
    """Write claims as one JSON object a line, with the columns of the table as keys."""
    return "".join(json.dumps(record(c), ensure_ascii=False) + "\n" for c in claims)
