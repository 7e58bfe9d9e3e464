"""Which reasoner finds the entailments: irkg's own, or HermiT where the ontology says what that does not handle."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyoxigraph as ox

from irkg.errors import UnknownName
from irkg.materialise import Unsupported, materialise
from irkg.model import Reasoning
from irkg.reason import reason

REASONERS = ("auto", "irkg", "hermit")


def entailments(
    quads: Iterable[ox.Triple | ox.Quad], reasoner: str = "auto", report: Callable[[str], None] = lambda _: None
) -> Reasoning:
    """Find what follows from an ontology, never less than HermiT does.

    Args:
        quads: The triples of one ontology, individuals included; names of graphs are ignored.
        reasoner: `irkg`, which needs no Java; `hermit`; or `auto`: irkg where it is complete, else HermiT.
        report: Told where `auto` falls back to HermiT, and because of what.

    Returns:
        What is entailed between named things and not written down, the same by either.

    Raises:
        Unsupported: `irkg` was asked for, and the ontology says what it does not handle completely.
        MissingExtra: HermiT is to be run and owlready2 is not installed.
        IrkgError: There is no Java for HermiT, or HermiT cannot take the ontology.
        UnknownName: There is no such reasoner.

    Example:
        >>> a, b = ox.NamedNode("urn:a"), ox.NamedNode("urn:b")
        >>> entailments([ox.Triple(a, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"), b)]).consistent
        True
    """
    if reasoner not in REASONERS:
        raise UnknownName("reasoner", reasoner, near=REASONERS)
    triples = list(quads)
    if reasoner != "hermit":
        try:
            return materialise(triples)
        except Unsupported as error:
            if reasoner == "irkg":
                raise
            report(f"this ontology uses {error.construct}, falling back to HermiT")
    return reason(triples)
