"""The merged export as Python classes and individuals, through owlready2."""

from __future__ import annotations

import io
from typing import Any

from irkg.errors import MissingExtra


def world(n_triples: bytes) -> Any:
    """Load an ontology into an owlready2 World in memory.

    Args:
        n_triples: The ontology in N-Triples; owl:imports must not be among them, owlready2 would fetch them.

    Returns:
        An `owlready2.World` of its own: nothing goes to, or comes from, the default world.

    Raises:
        MissingExtra: owlready2 is not installed.
    """
    try:
        import owlready2
    except ImportError as error:
        raise MissingExtra("an owlready2 world", extra="build") from error
    own = owlready2.World()
    own.get_ontology("https://w3id.org/irkg/ontology/merged").load(fileobj=io.BytesIO(n_triples), only_local=True)
    return own
