"""What is checked of files alone, without a knowledge graph: shapes, quality, coverage, reasoning."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg.catalogue import find_checks
from irkg.model import Answer, Finding, Reasoning


def validate_files(files: Sequence[Path], shapes: Sequence[Path] = ()) -> list[Finding]:
    """Check RDF files, taken together, against SHACL shapes.

    Args:
        files: Turtle, RDF/XML, N-Triples, TriG or N-Quads.
        shapes: Files with shapes; those that ship with irkg where there are none.

    Raises:
        GraphError: A file cannot be read as what its suffix says.
    """
    from irkg.ontology_file import read_ontology
    from irkg.validate import validate

    return validate([t for f in files for t in read_ontology(f)], shapes or resources.shapes_files())


def report_file(path: Path, names: Sequence[str] = ()) -> list[Finding]:
    """Run the quality checks over an ontology file.

    Args:
        path: The file, in any syntax of `irkg.ontology_file`.
        names: Names of checks; all of them where there are none.

    Raises:
        GraphError: The file cannot be read as what its suffix says.
        UnknownName: There is no such check.
    """
    from irkg.report import report

    chosen = find_checks(names)
    return report(_store_of(path), chosen)


def coverage_of_file(path: Path) -> Answer:
    """Count what an ontology file holds.

    Raises:
        GraphError: The file cannot be read as what its suffix says.
    """
    from irkg.coverage import coverage

    return coverage(_store_of(path))


def _store_of(path: Path) -> ox.Store:
    from irkg.ontology_file import read_ontology
    from irkg.store import in_memory

    return in_memory(ox.Quad(t.subject, t.predicate, t.object) for t in read_ontology(path))


def reason_file(path: Path) -> Reasoning:
    """Run the OWL reasoner over an ontology file and those of its imports that the catalog beside it knows.

    Raises:
        GraphError: The file cannot be read as what its suffix says.
    """
    from irkg.ontology_file import read_with_imports
    from irkg.reason import reason

    return reason(read_with_imports(path))
