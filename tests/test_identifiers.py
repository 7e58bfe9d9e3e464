"""Every foreign identifier in ontology/ stands in the verified reference material, with the same label there."""

from __future__ import annotations

import gzip
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import vocab as v
from irkg.lexicon import fold
from irkg.ontology_file import read_ontology, read_with_imports
from irkg.sssom import COLUMNS, MappingSet, read_mappings
from irkg.tables import Row, read_table

ONTOLOGY = Path(__file__).parents[1] / "ontology"
BUILT_IN = (v.RDF, v.RDFS, v.OWL, v.XSD)
# Addresses of licences, and the names of our own modules: no terms
ADDRESSES = ("https://creativecommons.org/", v.IRKG)
LEFT_OUT = {"ChEMBL"}  # share-alike


@cache
def mappings() -> MappingSet:
    return read_mappings(ONTOLOGY / "mappings.sssom.tsv")


def rows(path: Path) -> list[Row]:
    return list(read_table(path, ()))


def full(curie: str) -> str:
    """Return the IRI of a CURIE of the reference material, or the CURIE where the prefix is none of ours."""
    prefix, _, local = curie.partition(":")
    namespace = mappings().prefixes.get(prefix) or v.PREFIXES.get(prefix)
    return v.expand(curie) or (namespace + local if namespace else curie)


def obo_stanzas(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield identifier, name and whether it is obsolete, of each stanza of an OBO file."""
    for stanza in text.split("\n\n["):
        identifier, name = re.search(r"^id: (\S+)", stanza, re.M), re.search(r"^name: (.*)", stanza, re.M)
        if identifier and name:
            yield identifier[1], name[1], "\nis_obsolete: true" in stanza


def rdf_labels(data: bytes, syntax: ox.RdfFormat) -> Iterator[tuple[str, str, bool]]:
    for quad in ox.parse(data, format=syntax):
        if isinstance(quad.subject, ox.NamedNode):
            if quad.predicate.value == v.LABEL:
                yield quad.subject.value, quad.object.value, False
            elif quad.predicate.value == v.OWL + "deprecated" and quad.object.value == "true":
                yield quad.subject.value, "", True
            elif quad.predicate.value == v.RDF_TYPE:
                yield quad.subject.value, "", False


def of_file(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield what a whole ontology says of its terms: identifier, label and whether it is obsolete."""
    syntaxes = {"owl": ox.RdfFormat.RDF_XML, "ttl": ox.RdfFormat.TURTLE, "nq": ox.RdfFormat.N_QUADS}
    kind = path.name.split(".")[-2]
    with gzip.open(path) as handle:
        data = handle.read()
    if kind == "obo":
        yield from ((full(c), name, obsolete) for c, name, obsolete in obo_stanzas(data.decode()))
    elif kind in syntaxes:
        yield from rdf_labels(data, syntaxes[kind])


class Verified:
    """The labels of each verified identifier, and which are obsolete."""

    def __init__(self, shared: Path) -> None:
        self.labels: dict[str, set[str]] = defaultdict(set)
        self.obsolete: set[str] = set()
        # a term can be offered for several topics; the row in which it is an exact match stands last and wins
        offers = sorted(rows(shared / "terms" / "terms.tsv"), key=lambda r: r["match"] == "exactMatch")
        self.terms = {r["curie"]: r for r in offers}
        for r in rows(shared / "terms" / "terms.tsv"):
            self.labels[full(r["curie"])].add(r["label"])
        for r in rows(shared / "terms" / "hierarchy.tsv"):
            self.labels[full(r["child"])].add(r["child_label"])
            self.labels[full(r["parent"])].add(r["parent_label"])
        for path in sorted((shared / "data").glob("*.gz")):
            for iri, label, obsolete in of_file(path):
                self.labels[iri].update({label} - {""})
                self.obsolete.update({iri} if obsolete else ())


@pytest.fixture(scope="module")
def verified(shared: Path) -> Verified:
    return Verified(shared)


@cache
def statements() -> tuple[tuple[str, ox.Quad], ...]:
    """Return what the files of the ontology say, with the name of the file; the built graph repeats the others."""
    files = [ONTOLOGY / "irkg.ttl", *(ONTOLOGY / "imports").glob("*.ttl"), *(ONTOLOGY / "claims").glob("*.trig")]
    return tuple((path.name, quad) for path in sorted(files) for quad in ox.parse(path=str(path)))


def foreign(term: object) -> str | None:
    """Return the IRI of another vocabulary that a term is, or that it is the exemplar of."""
    if not isinstance(term, ox.NamedNode):
        return None
    iri = v.class_of(term.value) if term.value.startswith(v.KIND) else term.value
    return None if iri.startswith((*BUILT_IN, *ADDRESSES)) else iri


def test_every_foreign_identifier_is_verified(verified: Verified) -> None:
    used: dict[str, str] = {}
    for file, quad in statements():
        for term in (quad.subject, quad.predicate, quad.object):
            iri = foreign(term)
            if iri:
                used.setdefault(iri, file)
    assert len(used) > 600
    # names of DrugBank's are not used, its identifiers are
    drugbank = mappings().prefixes["DRUGBANK"]
    known = set(verified.labels)
    assert {iri: f for iri, f in used.items() if iri not in known and not iri.startswith(v.OBO_IN_OWL)} == {}
    assert {i.removeprefix(drugbank) for i in used if i.startswith(drugbank)} <= {
        c.removeprefix("DRUGBANK:") for c in verified.terms
    }


def test_properties_of_obo_files_are_those_that_obo_files_use(shared: Path) -> None:
    with gzip.open(shared / "data" / "ro.owl.gz", "rt", encoding="utf-8") as handle:
        used_there = set(re.findall(r"oboInOwl[:#](\w+)", handle.read()))
    used_here = {q.predicate.value for _, q in statements() if q.predicate.value.startswith(v.OBO_IN_OWL)}
    assert {iri.removeprefix(v.OBO_IN_OWL) for iri in used_here} <= used_there


def test_every_label_of_a_foreign_term_is_its_own(verified: Verified) -> None:
    def letters(text: str) -> str:
        return re.sub(r"[\W_]", "", text).casefold()

    checked = 0
    for file, quad in statements():
        iri = foreign(quad.subject)
        if iri is None or quad.predicate.value != v.LABEL or iri.startswith(v.OBO_IN_OWL):
            continue
        label, theirs = quad.object.value, verified.labels[iri]
        checked += 1
        if iri.startswith(v.OBO):
            assert label in theirs, (file, iri, label, theirs)
        else:  # vocabularies of the web name their terms by identifiers, as in TextQuoteSelector
            own = iri[len(next(n for n in v.PREFIXES.values() if iri.startswith(n))) :]
            assert letters(label) in {letters(t) for t in theirs} | {letters(own)}, (file, iri, label, theirs)
    assert checked > 600


def test_nothing_obsolete_or_unverified_is_used(verified: Verified, shared: Path) -> None:
    unverified = {
        full(c)
        for c in re.findall(r"\b[A-Z]+:C?\d+\b", (shared / "terms" / "unverified.txt").read_text(encoding="utf-8"))
    }
    assert unverified
    used = {iri for _, q in statements() for t in (q.subject, q.predicate, q.object) if (iri := foreign(t))}
    assert used & unverified == set()
    assert used & verified.obsolete == set()


def test_each_reused_iri_has_a_decision_with_its_source(verified: Verified) -> None:
    ontology = read_ontology(ONTOLOGY / "irkg.ttl")
    declared = {
        v.contract(t.subject.value)
        for t in ontology
        if t.predicate.value == v.RDF_TYPE
        and t.object.value in (v.OWL + "Class", v.OWL + "ObjectProperty")
        and (foreign(t.subject) or "").startswith(v.OBO)
    }
    decisions = {r["curie"]: r for r in rows(ONTOLOGY / "reuse.tsv")}
    assert set(decisions) == declared
    assert list(decisions) == sorted(decisions)
    for curie, row in decisions.items():
        assert row["decision"] == "reuse"
        assert row["reason"]
        assert row["label"] in verified.labels[full(curie)], curie
        term = verified.terms.get(curie)
        if term:
            assert term["match"] == "exactMatch", curie
            assert all(row[c] == term[c] for c in ("label", "source", "file_version")), curie


def test_each_mapping_names_both_sides_as_they_are_named(verified: Verified) -> None:
    labels = {
        v.contract(t.subject.value): t.object.value
        for t in read_with_imports(ONTOLOGY / "irkg.ttl")
        if t.predicate.value == v.LABEL and isinstance(t.subject, ox.NamedNode)
    }
    table = list(read_table(ONTOLOGY / "mappings.sssom.tsv", COLUMNS))
    assert len(table) > 300
    for row in table:
        assert row["subject_label"] == labels[row["subject_id"]]
        assert row["comment"]
        term = verified.terms.get(row["object_id"])
        if row["object_id"].startswith("DRUGBANK:"):
            assert (row["predicate_id"], row["object_label"]) == ("oboInOwl:hasDbXref", "")
        else:
            assert row["object_label"] in verified.labels[full(row["object_id"])], row
        if term:
            assert row["object_source_version"] == term["file_version"], row


def test_each_match_that_was_offered_was_judged(shared: Path, verified: Verified) -> None:
    """A term with a name of a kind is reused, mapped or refused: none is passed over in silence."""
    from irkg.lexicon import shipped_lexicon

    offered: dict[str, set[str]] = defaultdict(set)
    for curie, row in verified.terms.items():
        if row["source"] not in LEFT_OUT:
            for name in (row["label"], re.sub(r"\s*\(.*\)$", "", row["topic"])):
                offered[fold(name)].add(curie)
    for row in rows(shared / "terms" / "synonyms.tsv"):
        if row["scope"] in ("exact", "unspecified") and row["curie"] in verified.terms:
            offered[fold(row["synonym"])].add(row["curie"])
    judged = {(m.subject, m.object) for m in mappings().matches}
    silent = {
        (curie, other)
        for kind in shipped_lexicon().kinds.values()
        for curie in [v.contract(kind.iri)]
        for name in kind.exact
        for other in offered[fold(name)] - {curie}
        if (curie, other) not in judged
    }
    assert silent == set()


def test_no_vocabulary_with_a_closed_or_share_alike_licence_is_mapped(verified: Verified) -> None:
    mapped = {m.object for m in mappings().matches if not m.object.startswith("DRUGBANK:")}
    licenses = {verified.terms[c]["licence"] for c in mapped if c in verified.terms}
    assert licenses
    assert not [text for text in licenses if "SA" in text or "NOT VERIFIED" in text]


def test_each_vocabulary_is_credited_with_its_licence(verified: Verified) -> None:
    notice = (ONTOLOGY.parent / "NOTICE").read_text(encoding="utf-8").splitlines()
    used = {r["curie"] for r in rows(ONTOLOGY / "reuse.tsv")} | {m.object for m in mappings().matches}
    terms = [verified.terms[c] for c in used if c in verified.terms and not c.startswith("DRUGBANK:")]
    modules = {p.stem.upper() for p in (ONTOLOGY / "imports").glob("*.ttl")} - {"MAPPINGS"}
    assert {r["source"] for r in terms} | modules
    for row in terms:
        source, licence = (
            row["source"].split(" (")[0],
            row["licence"].removeprefix("NCIt ").split(" (")[0].split(";")[0],
        )
        assert any(re.search(rf"\b{source}\b", line) and line.endswith(licence) for line in notice), (source, licence)
    assert [m for m in modules if not any(f"({m})" in line for line in notice)] == []


def test_obo_stanzas_are_read() -> None:
    text = "format-version: 1.2\n\n[Term]\nid: X:1\nname: one\n\n[Term]\nid: X:2\nname: two\nis_obsolete: true\n"
    assert list(obo_stanzas(text)) == [("X:1", "one", False), ("X:2", "two", True)]
    ttl = b'<http://x/1> <http://www.w3.org/2000/01/rdf-schema#label> "one" .'
    assert list(rdf_labels(io.BytesIO(ttl).getvalue(), ox.RdfFormat.TURTLE)) == [("http://x/1", "one", False)]
