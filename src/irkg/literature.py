"""The table of literature: what publications say, one row for each claim, in a curator's words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from irkg import vocab as v
from irkg.errors import SourceError, UnknownName
from irkg.lexicon import Lexicon
from irkg.model import CuratedClaim, Publication, Strength
from irkg.tables import read_table

COLUMNS = tuple(
    (
        "source subject relation object negated strength hedge_cue caveat first_author year title doi_or_url page_url "
        "paraphrase fact"
    ).split()
)

_MAY_BE_EMPTY = frozenset({"hedge_cue", "caveat", "first_author", "year", "title"})
_FORMS = {
    "source": (re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), "small letters, digits and hyphens"),
    "negated": (re.compile(r"true|false"), "true or false"),
    "strength": (re.compile("|".join(Strength)), ", ".join(Strength)),
    "year": (re.compile(r"([12]\d{3})?"), "four digits, or nothing where the page does not say"),
    "doi_or_url": (re.compile(r"doi:10\.\d{4,}/\S+|https?://\S+"), "doi:10.… or https://…"),
    "page_url": (re.compile(r"https?://\S+"), "https://…"),
}


def read_literature(path: Path, lexicon: Lexicon) -> list[CuratedClaim]:
    """Read a table of literature.

    Args:
        path: A TSV file with the columns `COLUMNS`; no cell is quoted.
        lexicon: The kinds and relations that it may speak of.

    Returns:
        The claims, in the order of the rows.

    Raises:
        SourceError: The file is missing or not such a table, or a row cannot be used; with its line.
    """
    found: dict[str, CuratedClaim] = {}
    lines: dict[str, int] = {}
    publications: dict[str, Publication] = {}
    for row in read_table(path, COLUMNS):
        try:
            claim = _claim(row.cells, lexicon)
            known = publications.setdefault(claim.publication.id, claim.publication)
            if known != claim.publication:
                raise SourceError(f"differs from an earlier row on {known.id}", remedy="make them the same")
            if claim.iri in found:
                raise SourceError(f"says the same as line {lines[claim.iri]}", remedy="leave one of them out")
        except (SourceError, UnknownName) as error:
            raise error.at(path, row.line) from error
        found[claim.iri], lines[claim.iri] = claim, row.line
    if not found:
        raise SourceError("holds no claims", path=path, remedy="write one row for each claim")
    return list(found.values())


def _claim(row: Mapping[str, str], lexicon: Lexicon) -> CuratedClaim:
    cells = {column: row[column].strip() for column in COLUMNS}
    _check(cells)
    strength = Strength(cells["strength"])
    if not strength.at_least(Strength.ABILITY) and not (cells["hedge_cue"] or cells["caveat"]):
        raise SourceError(f"is {strength} without a reason", remedy="fill in hedge_cue or caveat")
    return CuratedClaim(
        publication=Publication(
            id=cells["source"],
            author=cells["first_author"],
            year=int(cells["year"]) if cells["year"] else None,
            title=cells["title"],
            identifier=cells["doi_or_url"],
            page=cells["page_url"],
        ),
        subject=_kind(cells["subject"], lexicon),
        relation=_relation(cells["relation"], lexicon),
        object=_kind(cells["object"], lexicon),
        negated=cells["negated"] == "true",
        strength=strength,
        hedge_cue=cells["hedge_cue"],
        caveat=cells["caveat"],
        paraphrase=cells["paraphrase"],
        fact=cells["fact"],
    )


def _check(cells: Mapping[str, str]) -> None:
    for column, cell in cells.items():
        if not cell and column not in _MAY_BE_EMPTY:
            raise SourceError(f"has nothing in the column {column}", remedy="fill it in")
        form, usage = _FORMS.get(column, (None, ""))
        if form is not None and not form.fullmatch(cell):
            raise SourceError(f'"{cell[:80]}" cannot stand in the column {column}', remedy=f"write {usage}")


def _kind(curie: str, lexicon: Lexicon) -> str:
    iri = v.expand(curie)
    if iri in lexicon.kinds:
        return str(iri)
    near = difflib.get_close_matches(curie, [v.contract(i) for i in lexicon.kinds], n=2, cutoff=0.8)
    raise UnknownName("kind", curie, near=near, remedy="give the CURIE of a kind of the ontology")


def _relation(name: str, lexicon: Lexicon) -> str:
    if name in lexicon.relations:
        return name
    near = difflib.get_close_matches(name, lexicon.relations, n=2, cutoff=0.6)
    raise UnknownName("relation", name, near=near, remedy="give the name of a relation of the ontology")
