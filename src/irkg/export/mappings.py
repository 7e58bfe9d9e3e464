"""Mappings to other vocabularies, read from SSSOM TSV (https://mapping-commons.github.io/sssom/)."""

from __future__ import annotations

import csv
from pathlib import Path

from irkg.errors import GraphError

_NEEDED = ("subject_id", "predicate_id", "object_id")


def read_mappings(path: Path) -> dict[str, list[str]]:
    """Read which terms of other vocabularies ours are mapped to.

    Args:
        path: A file in SSSOM TSV; its metadata, lines that begin with `#`, is passed over.

    Returns:
        From a term's CURIE to its mappings, each in words (`skos:exactMatch MESH:D050378 (label)`), sorted; those
        that the file says do *not* hold are left out.

    Raises:
        GraphError: The file has no header with the columns that every mapping needs.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(
            (line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        missing = [column for column in _NEEDED if column not in (table.fieldnames or ())]
        if missing:
            raise GraphError(f"has no column {missing[0]}", path=path, remedy="write it as SSSOM TSV")
        found: dict[str, list[str]] = {}
        for row in table:
            if row.get("predicate_modifier") == "Not":
                continue
            label = row.get("object_label") or ""
            shown = f"{row['predicate_id']} {row['object_id']}" + (f" ({label})" if label else "")
            found.setdefault(row["subject_id"], []).append(shown)
    return {term: sorted(mappings) for term, mappings in found.items()}
