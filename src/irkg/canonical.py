"""Names of blank nodes by what is said of them, so that equal datasets are written equally.

RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/) names nodes at once that differ in what is said of
them right there. Others it tells apart by walking through all that they are joined to, which takes the cube of their
number, and far more where several of them hang on one node alike; its section 7.1 asks for a bound. So the work is
estimated first. Where it is much, nodes are told apart by refinement of colours, as programs for graph isomorphism do
(McKay and Piperno, Practical graph isomorphism II, 2014, section 2), which takes little for a chain of any length. What
is left is given to the algorithm if it can be done, else it is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count
from math import factorial

import pyoxigraph as ox

from irkg.errors import GraphError

_Node = ox.BlankNode
_Colours = dict[_Node, int]
_Arc = tuple[str, _Node]  # how a node is joined to another one, and that one
_Key = tuple[tuple[str, int], ...]
_Arcs = Mapping[_Node, Sequence[_Arc]]

_EASY = 0.5  # estimated seconds up to which nothing but the algorithm is needed
_MOST = 10.0  # estimated seconds
_PER_STEP, _PER_ORDER = 6e-8, 8e-6  # seconds of the algorithm, for a step of its walks and for an order that it tries
_MOST_ORDERS = 12  # nodes whose orders are counted; more are out of the question
_MOST_STEPS = 20_000_000  # of refinement: some ten seconds


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Sort quads, and name their blank nodes by what is said of them, so that equal datasets are written equally.

    Args:
        quads: The quads.

    Returns:
        Each once, in the order of `quad_order`.

    Raises:
        GraphError: There are so many blank nodes alike, joined to each other, that they cannot be told apart.

    Example:
        >>> a, b, p = ox.BlankNode("b"), ox.BlankNode("a"), ox.NamedNode("urn:p")
        >>> [str(q.subject) for q in canonical([ox.Quad(a, p, ox.Literal("x")), ox.Quad(b, p, a)])]
        ['_:c14n0', '_:c14n1']
    """
    dataset = ox.Dataset(quads)
    arcs, colours = _seen(dataset)
    mark = None
    if _work(arcs, colours) > _EASY:
        colours = _refined(arcs, colours)
        if _work(arcs, colours) > _MOST:
            raise _too_alike(arcs, colours)
        mark = _unused(dataset)
        for node, colour in colours.items():
            dataset.add(ox.Quad(node, mark, ox.Literal(colour)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad for quad in dataset if quad.predicate != mark), key=quad_order)


def quad_order(quad: ox.Quad) -> tuple[str, str, str, str]:
    """Return the key that quads are sorted by wherever a stable order is promised."""
    return (str(quad.graph_name), str(quad.subject), str(quad.predicate), str(quad.object))


def _unused(dataset: ox.Dataset) -> ox.NamedNode:
    """Return a predicate that says nothing in a dataset."""
    names = (ox.NamedNode(f"urn:irkg:colour:{number}") for number in count())
    return next(name for name in names if not any(True for _ in dataset.quads_for_predicate(name)))


def _seen(quads: Iterable[ox.Quad]) -> tuple[_Arcs, _Colours]:
    """Return how nodes are joined to each other, and what tells them apart right where they are (section 4.6)."""
    arcs: dict[_Node, list[_Arc]] = defaultdict(list)
    said: dict[_Node, list[str]] = defaultdict(list)
    for quad in quads:
        places = (quad.subject, quad.object, quad.graph_name)
        for own, node in enumerate(places):
            if isinstance(node, ox.BlankNode):
                shape = " ".join(_shape(term, node) for term in places)
                said[node].append(f"{quad.predicate} {shape}")
                others = [(n, t) for n, t in enumerate(places) if isinstance(t, ox.BlankNode) and t != node]
                arcs[node] += ((f"{own}{n} {quad.predicate}", other) for n, other in others)
    cells: dict[str, list[_Node]] = defaultdict(list)
    for node, lines in said.items():
        cells["\n".join(sorted(lines))].append(node)
    return arcs, _coloured(cells[key] for key in sorted(cells))


def _shape(term: object, own: _Node) -> str:
    return str(term) if not isinstance(term, ox.BlankNode) else "_:a" if term == own else "_:z"


def _coloured(cells: Iterable[Collection[_Node]], first: int = 0) -> _Colours:
    """Return as the colour of a node how many nodes stand before its cell."""
    colours: _Colours = {}
    for cell in cells:
        colours.update(dict.fromkeys(cell, first))
        first += len(cell)
    return colours


def _refined(arcs: _Arcs, colours: _Colours) -> _Colours:
    """Split cells by the colours that their nodes are joined to, until nothing changes or it took too long.

    Where a cell splits, its largest part keeps the colour, so that only the neighbours of the others are looked at
    again. What decides is the same whatever the nodes are called.
    """
    colours, steps = dict(colours), 0
    cells: dict[int, set[_Node]] = defaultdict(set)
    for node, colour in colours.items():
        cells[colour].add(node)
    changed: Collection[_Node] = list(arcs)
    while changed and steps < _MOST_STEPS:
        near: dict[int, dict[_Node, _Key]] = defaultdict(dict)
        for node in {other for known in changed for _, other in arcs[known]}:
            if len(cells[colours[node]]) > 1:
                near[colours[node]][node] = _key(arcs[node], colours)
                steps += len(arcs[node])
        moved: _Colours = {}
        for colour, keys in near.items():
            alike = next((node for node in cells[colour] if node not in keys), None)
            key = None if alike is None else _key(arcs[alike], colours)  # of all whose neighbours stayed as they were
            moved |= _split(colour, cells[colour], keys, key)
        for node, colour in moved.items():
            cells[colours[node]].remove(node)
            cells[colour].add(node)
        colours |= moved
        changed = moved
    return colours


def _key(arcs: Sequence[_Arc], colours: _Colours) -> _Key:
    return tuple(sorted((how, colours[other]) for how, other in arcs))


def _split(colour: int, cell: set[_Node], keys: Mapping[_Node, _Key], others: _Key | None) -> _Colours:
    """Return the new colours of the nodes of a cell, of which those without a key of their own have that of others."""
    parts: dict[_Key, list[_Node]] = defaultdict(list)
    for node, key in keys.items():
        parts[key].append(node)
    sizes = {key: len(part) for key, part in parts.items()}
    if others is not None:
        sizes[others] = sizes.get(others, 0) + len(cell) - len(keys)
    moved: _Colours = {}
    place = colour
    for key in sorted(sizes, key=lambda key: (-sizes[key], key)):
        if place != colour:
            moved.update(dict.fromkeys(parts[key], place))
            if key == others:
                moved.update(dict.fromkeys(cell.difference(keys), place))
        place += sizes[key]
    return moved


def _work(arcs: _Arcs, colours: _Colours) -> float:
    """Return about how many seconds the algorithm takes for the nodes that have their colour in common.

    It walks from each node of a part through all others, and tries all orders of those that hang on one node alike; it
    tries none for a node that has its number already.
    """
    seconds = 0.0
    for part in _alike(arcs, colours):
        seconds += len(part) ** 3 * _PER_STEP
        if seconds > _MOST:
            break  # before a walk that goes as deep as there are nodes
        counts = Counter(colours[node] for node in part)
        starts = {colours[node]: node for node in part}
        seconds += (
            sum(n * _walk(starts[colour], part, colours, {starts[colour]}) for colour, n in counts.items()) * _PER_ORDER
        )
    return seconds


def _walk(node: _Node, part: Mapping[_Node, Sequence[_Arc]], colours: _Colours, seen: set[_Node]) -> int:
    """Return how many nodes are come to on the way from one through all those not seen yet, in all orders."""
    near: dict[tuple[str, int], dict[_Node, None]] = defaultdict(dict)
    for how, other in part[node]:
        near[how, colours[other]][other] = None
    steps = 0
    for others in near.values():
        fresh = [other for other in others if other not in seen]
        seen.update(fresh)
        steps += factorial(min(len(fresh), _MOST_ORDERS)) * sum(1 + _walk(o, part, colours, seen) for o in fresh)
    return steps


def _alike(arcs: _Arcs, colours: _Colours) -> Iterator[dict[_Node, list[_Arc]]]:
    """Yield the connected parts of the nodes that have their colour in common, each node with its arcs in the part."""
    counts = Counter(colours.values())
    left = {node for node, colour in colours.items() if counts[colour] > 1}
    while left:
        part: dict[_Node, list[_Arc]] = {}
        pending = [left.pop()]
        while pending:
            node = pending.pop()
            part[node] = [(how, other) for how, other in arcs.get(node, ()) if counts[colours[other]] > 1]
            for _, other in part[node]:
                if other in left:
                    left.remove(other)
                    pending.append(other)
        if len(part) > 1:
            yield part


def _too_alike(arcs: _Arcs, colours: _Colours) -> GraphError:
    parts = list(_alike(arcs, colours))
    joined = Counter(how.partition("<")[2][:-1] for part in parts for own in part.values() for how, _ in own)
    number = f"{sum(map(len, parts)):,} blank nodes cannot be told apart, nor named in a stable order: joined alike by"
    remedy = "give one of them an IRI, or another statement than the others have"
    return GraphError(number, iri=max(sorted(joined), key=joined.__getitem__), remedy=remedy)
