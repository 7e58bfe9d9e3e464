"""Queries of the shapes that ship run on the native engine: it reports what pySHACL does, with the same messages."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg.resources import shapes_files
from irkg.validate import native, reference, validate
from irkg.validate.results import Result, shown
from irkg.validate.shapes import Shapes, read_shapes, shapes_of
from irkg.vocab import CLAIM_NS, IRKG, OA, SH, XSD
from test_shacl_engines import LITERALS, key
from test_validate import EXAMPLES, INVALID, VALID, with_context


@cache
def shipped() -> Shapes:
    return read_shapes(shapes_files())


def reported(results: Sequence[Result]) -> Counter[tuple[object, ...]]:
    return Counter((*key(result), result.messages) for result in results)


def compared(data: Sequence[ox.Triple]) -> int:
    """Hold both engines equal on all shapes that go to the native one, and return how much they report."""
    share = native.share_out(shipped(), data).fast
    assert share is not None
    expected = reported(reference.run(data, share))
    assert reported(native.run(data, share)) == expected
    return expected.total()


def changed(dice: random.Random) -> list[ox.Triple]:
    """Return an example in which some statements are left out, added, or have another end, odd literals among them."""
    found = list(dict.fromkeys(with_context(dice.choice([*VALID, *INVALID]))))
    nodes = sorted({n for t in found for n in (t.subject, t.object) if not isinstance(n, ox.Literal)}, key=str)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(found))
        old = found[at]
        other = dice.choice([dice.choice(LITERALS), dice.choice(nodes)])
        found[at] = dice.choice(
            [
                ox.Triple(old.subject, old.predicate, other),
                ox.Triple(dice.choice(nodes), old.predicate, old.object),  # type: ignore[arg-type]
                ox.Triple(old.subject, dice.choice(found).predicate, old.object),
            ]
        )
        if dice.random() < 0.5:
            found.append(old)
    return list(dict.fromkeys(found))


def test_all_shapes_that_ship_but_one_run_on_the_native_engine() -> None:
    # Its message shows a value of the query
    data = with_context(EXAMPLES / "claim" / "valid" / "claim-confidence.ttl")
    assert native.share_out(shipped(), data).names["pyshacl"] == ("claim-nearest-relation",)


@pytest.mark.filterwarnings("ignore::Warning")  # rdflib warns of odd literals
def test_changed_examples() -> None:
    assert sum(compared(changed(random.Random(seed))) for seed in range(40)) > 100


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore::Warning")
def test_many_changed_examples() -> None:
    assert sum(compared(changed(random.Random(seed))) for seed in range(1000, 1600)) > 1000


@pytest.mark.parametrize("path", [p for p in INVALID if "SPARQL" in p.read_text()], ids=lambda p: p.stem)
def test_all_invalid_examples_of_queries(path: Path) -> None:
    data = with_context(path)
    found, expected = (validate(data, shapes_files(), engine=engine) for engine in ("auto", "pyshacl"))
    assert reported(found.results) == reported(expected.results)
    assert found.findings == expected.findings


def test_queries_of_a_user_stay_with_pyshacl() -> None:
    text = f"""@prefix sh: <{SH}> . <urn:s> a sh:NodeShape ; sh:targetNode <urn:a> ;
        sh:sparql [ a sh:SPARQLConstraint ; sh:select "SELECT $this {{ $this ?p ?o }}" ] ."""
    assert native.share_out(shapes_of([q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)])).fast is None


@pytest.mark.parametrize("odd", [ox.Literal("50"), ox.Literal("a"), ox.NamedNode("urn:x"), ox.Literal(1.5)])
def test_a_query_that_compares_what_are_no_numbers_stays_with_pyshacl(odd: ox.Literal | ox.NamedNode) -> None:
    for word in (OA + "end", IRKG + "length"):
        found = native.share_out(shipped(), [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode(word), odd)])
        assert "selector-end" in found.names["pyshacl"]
    assert "selector-end" in native.share_out(shipped()).names["shacl"]


@pytest.mark.parametrize("bound", ["minInclusive 1", "maxInclusive 2.5", "minExclusive 1.0", "maxExclusive 03"])
def test_bounds_on_numbers(bound: str) -> None:
    numbers = [("integer", n) for n in ("0", "1", "01", "-2", "3")]
    numbers += [("decimal", n) for n in ("0.0", "1.0", "1.00", "2.5", "2.51")]
    text = f"""@prefix sh: <{SH}> . <urn:s> sh:targetNode <urn:a> ;
        sh:property [ sh:path <urn:p> ; sh:message "No." ; sh:{bound} ] ."""
    shapes = shapes_of([q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)])
    terms = [ox.Literal(n, datatype=ox.NamedNode(XSD + sort)) for sort, n in numbers]
    data = [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), term) for term in terms]
    share = native.share_out(shapes, data).fast
    assert share is not None
    assert reported(native.run(data, share)) == reported(reference.run(data, share))
    assert native.run(data, share)
    odd = ox.Triple(ox.NamedNode("urn:b"), ox.NamedNode("urn:p"), ox.Literal("1"))
    assert native.share_out(shapes, [*data, odd]).fast is None


def test_pyshacl_is_told_the_nodes_that_a_target_finds_and_spared_where_there_are_none() -> None:
    claims = with_context(EXAMPLES / "edge" / "invalid" / "claim-nearest-relation-wider.ttl")
    left = native.share_out(shipped(), claims).slow
    assert left is not None
    told = native.narrowed(claims, left)
    assert told is not None
    nodes = [shown(t.object) for t in told.triples if t.predicate.value == SH + "targetNode"]
    assert nodes
    assert all(node.startswith(CLAIM_NS) for node in nodes)
    assert reported(reference.run(claims, told)) == reported(reference.run(claims, left))
    assert native.narrowed(with_context(EXAMPLES / "edge" / "valid" / "claim-domain.ttl"), left) is None
