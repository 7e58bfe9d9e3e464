"""What the definitions make a reasoner find: subclass relations between kinds that nobody wrote down."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.lexicon import Lexicon, with_ancestors
from irkg.ontology_file import read_with_imports
from irkg.reason import reason
from irkg.tables import read_table

GOLDEN = Path(__file__).parent / "data" / "inferred-subclasses.tsv"


def test_hermit_infers_just_the_reviewed_subclass_relations() -> None:
    """Each line of the golden file was read and judged true; a new one must be, before it joins them."""
    triples = read_with_imports(resources.ontology_file())
    kinds = Lexicon.from_triples(triples).kinds
    written: dict[str, set[str]] = {}
    for t in triples:
        if t.predicate.value == v.SUBCLASS_OF and isinstance(t.object, ox.NamedNode):
            written.setdefault(t.subject.value, set()).add(t.object.value)  # type: ignore[union-attr]
    found = {
        (v.contract(low), v.contract(high))
        for low, high in reason(triples).subclasses
        if low in kinds and high in kinds and high not in with_ancestors([low], written)
    }
    reviewed = {(row["sub"], row["super"]) for row in read_table(GOLDEN, ("sub", "super"))}
    assert found == reviewed
    assert len(reviewed) >= 60


def test_the_golden_file_calls_kinds_by_their_names() -> None:
    lexicon = Lexicon.from_triples(read_with_imports(resources.ontology_file()))
    for row in read_table(GOLDEN, ("sub", "sub_label", "super", "super_label")):
        for curie, label in ((row["sub"], row["sub_label"]), (row["super"], row["super_label"])):
            assert lexicon.label(str(v.expand(curie))) == label
