"""Changes to a knowledge graph: sources added and taken out, a curator's decisions.

Each ends in a whole new build with the ontology that the graph was built with, which stands in the graph itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg.build import Built, Report, ontology_in, rebuild
from irkg.claim_graph import source_ids
from irkg.curation import Curation, carried, curation_in, provisional_names
from irkg.decisions import Decision
from irkg.lexicon import Lexicon
from irkg.ontology_file import read_with_imports
from irkg.provisional import promoted, read_kinds
from irkg.review import understood
from irkg.selection import check_sources
from irkg.store import open_dataset, writing


def add(kg: Path, quads: Sequence[ox.Quad], *, report: Report = lambda _: None) -> Built:
    """Add claims to a knowledge graph, or refill sources that it holds; earlier decisions stay.

    Args:
        kg: The graph's folder or file; where there is nothing yet, a new one is built.
        quads: The quads of claims' graphs.
        report: Told of each step before it starts.

    Returns:
        The graph. A decision on a claim that is not found again in its source waits for it.

    Raises:
        IrkgError: There is something else at that place, or the graph cannot be built.
    """
    with writing(kg):
        if not kg.exists():
            ontology = read_with_imports(resources.ontology_file())
            return rebuild(kg, Curation().refilled(quads), ontology, report)
        curation, ontology = _opened(kg)
        return rebuild(kg, curation.refilled(quads), ontology, report)


def retract(kg: Path, sources: Sequence[str], *, report: Report = lambda _: None) -> Built:
    """Take sources and all that rests on them out of a knowledge graph.

    Args:
        kg: The graph's folder or file.
        sources: The ids of the sources.
        report: Told of each step before it starts.

    Returns:
        The graph as it would be had it been built without them; decisions on their claims go with them.

    Raises:
        GraphError: There is no knowledge graph at that place.
        UnknownName: It holds no such source.
    """
    with writing(kg):
        curation, ontology = _opened(kg)
        check_sources(sources, sorted(source_ids(curation.claims)))
        return rebuild(kg, curation.without(sources), ontology, report)


def decide(kg: Path, decisions: Mapping[str, Decision], *, by: str = "", report: Report = lambda _: None) -> Built:
    """Put a curator's decisions into a knowledge graph: what rests on a rejected claim leaves it.

    Args:
        kg: The graph's folder or file.
        decisions: By the IRI of the claim; each takes the place of an earlier one, and others stay.
        by: Who has taken those that are new.
        report: Told of each step before it starts.

    Raises:
        GraphError: There is no knowledge graph at that place, or it cannot be built.
        SourceError: A decision speaks of a kind or relation that the graph does not know; with path and line.
    """
    with writing(kg):
        curation, ontology = _opened(kg)
        lexicon = Lexicon.from_triples([*ontology, *promoted(curation.kinds)])
        decided, unknown = curation.decided(understood(decisions, curation, lexicon), by)
        return rebuild(kg, decided, ontology, report, undecided=unknown)


def carry(kg: Path, *, report: Report = lambda _: None) -> Built:
    """Let each decision that waits for its claim move to the one claim that says the same, where there is one.

    Args:
        kg: The graph's folder or file.
        report: Told of each step before it starts.

    Raises:
        GraphError: There is no knowledge graph at that place, or it cannot be built.
    """
    with writing(kg):
        curation, ontology = _opened(kg)
        return rebuild(kg, carried(curation), ontology, report)


def decide_kinds(kg: Path, table: Path, *, by: str = "", report: Report = lambda _: None) -> Built:
    """Merge provisional kinds of a knowledge graph into terms, or promote them to terms, as a table says.

    Args:
        kg: The graph's folder or file.
        table: A table as `irkg.provisional.read_kinds` reads it.
        by: Who has taken the decisions that are new.
        report: Told of each step before it starts.

    Raises:
        GraphError: There is no knowledge graph at that place, or it cannot be built.
        SourceError: The table cannot be used; with path and line.
    """
    with writing(kg):
        curation, ontology = _opened(kg)
        lexicon = Lexicon.from_triples([*ontology, *promoted(curation.kinds)])
        kinds = read_kinds(table, lexicon, provisional_names(curation.claims), curation.kinds, by)
        return rebuild(kg, replace(curation, kinds=kinds), ontology, report)


def _opened(kg: Path) -> tuple[Curation, list[ox.Triple]]:
    """Return what a knowledge graph was made of: its curated claims, and its ontology without promoted kinds."""
    held = open_dataset(kg)
    curation = curation_in(held)
    gained = set(promoted(curation.kinds))
    return curation, [t for t in ontology_in(held) if t not in gained]
