"""Mappings to other vocabularies, as SSSOM/TSV (https://mapping-commons.github.io/sssom/)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from irkg.errors import SourceError
from irkg.tables import Row, read_table

COLUMNS = tuple(
    (
        "subject_id subject_label predicate_modifier predicate_id object_id object_label mapping_justification "
        "object_source object_source_version comment"
    ).split()
)
_REFUSED = "Not"
_REQUIRED = ("mapping_set_id", "license", "mapping_set_version")  # the first two by the specification
_SLOT = re.compile(r"#(\w+): *(.*)")
_PREFIX = re.compile(r"# +(\w+): *(\S+)")


@dataclass(frozen=True, slots=True)
class Match:
    """A term of ours set against a term of another vocabulary.

    Attributes:
        subject: CURIE of ours.
        predicate: CURIE of what holds between them, such as `skos:exactMatch`.
        object: CURIE of theirs.
        refused: Whether it was judged not to hold.
        comment: Why.
        label: The label of theirs, empty where there is none.
    """

    subject: str
    predicate: str
    object: str
    refused: bool
    comment: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class MappingSet:
    """The matches of a file, with what its head says.

    Attributes:
        slots: The metadata of the set, by the name of the slot.
        prefixes: The namespaces of its CURIEs.
        matches: In the order of the file.
    """

    slots: Mapping[str, str]
    prefixes: Mapping[str, str]
    matches: tuple[Match, ...]

    def expand(self, curie: str) -> str:
        """Return the IRI that a CURIE of the set abbreviates; its prefix is known to be declared."""
        prefix, _, local = curie.partition(":")
        return self.prefixes[prefix] + local


def read_mappings(path: Path) -> MappingSet:
    """Read a set of mappings.

    Args:
        path: SSSOM/TSV with its metadata in front, each line behind a `#`.

    Returns:
        The set; the CURIEs of its matches are all of declared prefixes.

    Raises:
        SourceError: The file is missing or not such a table, a slot is missing, a match stands twice, or a prefix
            is not declared; with the line.
    """
    rows = list(read_table(path, COLUMNS))
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    slots = {m[1]: m[2].strip('"') for m in map(_SLOT.fullmatch, head) if m}
    prefixes = {m[1]: m[2] for m in map(_PREFIX.fullmatch, head) if m}
    for slot in _REQUIRED:
        if not slots.get(slot):
            raise SourceError(f"lacks the slot {slot}", path=path, remedy=f"add a line: #{slot}: VALUE")
    seen: set[tuple[str, str]] = set()
    matches = []
    for row in rows:
        match = _match(row, prefixes, path)
        if (match.subject, match.object) in seen:
            raise SourceError(f"sets {match.subject} against {match.object} twice", path=path, line=row.line)
        seen.add((match.subject, match.object))
        matches.append(match)
    return MappingSet(slots, prefixes, tuple(matches))


def _match(row: Row, prefixes: Mapping[str, str], path: Path) -> Match:
    for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        prefix, colon, local = row[column].partition(":")
        if not colon or not local or prefix not in prefixes:
            what = f'{column} "{row[column][:40]}" has no declared prefix'
            raise SourceError(what, path=path, line=row.line, remedy="add the prefix to the curie_map")
    if row["predicate_modifier"] not in ("", _REFUSED):
        what = f'unknown predicate_modifier "{row["predicate_modifier"][:40]}"'
        raise SourceError(what, path=path, line=row.line, remedy=f"use {_REFUSED}, or leave it empty")
    refused = row["predicate_modifier"] == _REFUSED
    return Match(row["subject_id"], row["predicate_id"], row["object_id"], refused, row["comment"], row["object_label"])
