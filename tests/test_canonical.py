"""Blank nodes get names that do not depend on what they were called, or one line says why they cannot."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from irkg import canonical as module
from irkg import vocab as v
from irkg.canonical import canonical
from irkg.cli import main
from irkg.default_graph import SCHEMA_MARK
from irkg.errors import GraphError

_P = ox.NamedNode("urn:p")
Shape = Callable[[int], list[ox.Quad]]


def _node(number: int) -> ox.BlankNode:
    return ox.BlankNode(f"n{number}")


def chain(size: int) -> list[ox.Quad]:
    return [ox.Quad(_node(n), _P, _node(n + 1)) for n in range(size - 1)]


def ring(size: int) -> list[ox.Quad]:
    return [*chain(size), ox.Quad(_node(size - 1), _P, _node(0))]


def both_ways(size: int) -> list[ox.Quad]:
    return [q for one in ring(size) for q in (one, ox.Quad(one.object, _P, one.subject))]  # type: ignore[arg-type]


def all_joined(size: int) -> list[ox.Quad]:
    return [ox.Quad(_node(a), _P, _node(b)) for a in range(size) for b in range(size) if a != b]


def tree(size: int) -> list[ox.Quad]:
    return [ox.Quad(_node((n - 1) // 2), _P, _node(n)) for n in range(1, size)]


def hubs(size: int) -> list[ox.Quad]:
    """Two alike, with so many alike on each."""
    return [ox.Quad(_node(hub), _P, _node(2 + hub * size + n)) for hub in range(2) for n in range(size)]


def pairs(size: int) -> list[ox.Quad]:
    return [ox.Quad(_node(2 * n), _P, _node(2 * n + 1)) for n in range(size)]


def renamed(quads: Sequence[ox.Quad], seed: int) -> list[ox.Quad]:
    """Return the same quads in another order, with other names of blank nodes."""
    dice = random.Random(seed)
    names: dict[object, ox.BlankNode] = {}

    def other(term: object) -> object:
        return (
            names.setdefault(term, ox.BlankNode(f"b{dice.random()}"[:12].replace(".", ""))) if _is_blank(term) else term
        )

    found = [ox.Quad(other(q.subject), q.predicate, other(q.object), other(q.graph_name)) for q in quads]  # type: ignore[arg-type]
    dice.shuffle(found)
    return found


def _is_blank(term: object) -> bool:
    return isinstance(term, ox.BlankNode)


@pytest.mark.parametrize(
    ("shape", "size"),
    [(chain, 2_000), (chain, 30), (ring, 60), (both_ways, 60), (all_joined, 6), (tree, 127), (hubs, 6), (pairs, 500)],
)
def test_names_do_not_depend_on_the_names_before(shape: Shape, size: int) -> None:
    first, second = canonical(shape(size)), canonical(renamed(shape(size), size))
    assert first == second
    assert len(first) == len(set(shape(size)))


@pytest.mark.parametrize(
    ("shape", "size"), [(ring, 2_000), (both_ways, 2_000), (all_joined, 12), (tree, 1_023), (hubs, 12)]
)
def test_what_would_take_for_ever_is_refused_in_one_line(shape: Shape, size: int) -> None:
    with pytest.raises(GraphError) as caught:
        canonical(shape(size))
    assert "blank nodes cannot be told apart" in str(caught.value)
    assert "joined alike by <urn:p>; give one of them an IRI" in str(caught.value)


def test_the_remedy_helps() -> None:
    named = [ox.Quad(ox.NamedNode("urn:first"), _P, _node(0)), *ring(2_000)]
    assert canonical(named) == canonical(renamed(named, 1))


def test_nothing_is_lost_that_is_called_as_the_marks_are() -> None:
    said = [*chain(2_000), ox.Quad(_node(7), ox.NamedNode("urn:irkg:colour:0"), ox.Literal(7))]
    found = canonical(said)
    assert len(found) == len(said)
    assert {str(q.predicate) for q in found} == {"<urn:p>", "<urn:irkg:colour:0>"}


def test_the_names_of_what_is_easy_are_those_of_the_specification() -> None:
    dataset = ox.Dataset(tree(31))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(canonical(tree(31))) == set(dataset)


_ARCS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from("pq"), st.integers(0, 6)), min_size=1, max_size=8)


def _quads(arcs: Sequence[tuple[int, str, int]]) -> list[ox.Quad]:
    ends = {6: ox.NamedNode("urn:end")}
    return [ox.Quad(_node(a), ox.NamedNode(f"urn:{p}"), ends.get(b, _node(b))) for a, p, b in arcs]  # type: ignore[arg-type]


def _in_rdflib(quads: Sequence[ox.Quad]) -> Graph:
    return Graph().parse(data="\n".join(f"{q.triple} ." for q in quads), format="nt")


@settings(max_examples=150, deadline=None)
@given(_ARCS, _ARCS, st.integers(0, 99))
def test_equal_names_are_given_to_what_rdflib_calls_isomorphic(
    some: list[tuple[int, str, int]], others: list[tuple[int, str, int]], seed: int
) -> None:
    one, other = _quads(some), _quads(others)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_EASY", -1.0)  # refinement always
        assert canonical(one) == canonical(renamed(one, seed))
        assert isomorphic(_in_rdflib(canonical(one)), _in_rdflib(one))
        assert (canonical(one) == canonical(other)) == isomorphic(_in_rdflib(one), _in_rdflib(other))


def test_an_export_that_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = ox.Quad(*SCHEMA_MARK, ox.Literal(str(v.SCHEMA_VERSION)), ox.NamedNode(v.GRAPH_ONTOLOGY))
    graph = ox.NamedNode(v.GRAPH_EDGES)
    held = [mark, *(ox.Quad(q.subject, q.predicate, q.object, graph) for q in ring(2_000))]
    ox.serialize(held, tmp_path / "kg.nq", format=ox.RdfFormat.N_QUADS)
    for name in ("out.nq", "out.ttl"):
        with pytest.raises(SystemExit) as ended:
            main(["export", "--kg", str(tmp_path / "kg.nq"), "-o", str(tmp_path / name)])
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "2,000 blank nodes cannot be told apart" in said
        assert not (tmp_path / name).exists()
