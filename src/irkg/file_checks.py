"""What is checked of files alone, without a knowledge graph: shapes, quality, coverage, reasoning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from irkg import resources
from irkg.catalogue import find_checks
from irkg.model import Answer, Finding

if TYPE_CHECKING:
    from irkg.audit import Audit
    from irkg.validate import Validation


def read_files(files: Sequence[Path]) -> list[ox.Quad]:
    """Read what RDF files say before entailment.

    Args:
        files: In any syntax of `irkg.ontology_file`. Of a knowledge graph the entailed types are left out.

    Raises:
        GraphError: A file cannot be read as what its suffix says.
    """
    from irkg.ontology_file import read_quads
    from irkg.validate import before_entailment

    return [q for f in files for q in before_entailment(read_quads(f))]


def validate_files(
    files: Sequence[Path],
    shapes: Sequence[Path] = (),
    *,
    engine: str = "auto",
    names: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> Validation:
    """Check RDF files, taken together, against SHACL shapes.

    Args:
        files: In any syntax of `irkg.ontology_file`. Of a knowledge graph the entailed types are left out.
        shapes: Files with shapes; those that ship with irkg where there are none.
        engine: One of `irkg.validate.ENGINES`.
        names: Names of shapes; all of them where there are none.
        texts: The texts of sources, by their ids, to hold digests and words against.

    Raises:
        GraphError: A file cannot be read as what its suffix says.
        UnknownName: There is no shape of that name.
        SourceError: No evidence is of a source that has a text.
    """
    from irkg.validate import validate, with_sentences

    triples = [q.triple for q in read_files(files)]
    for source, text in (texts or {}).items():
        triples = with_sentences(triples, source, text)
    return validate(triples, shapes or resources.shapes_files(), engine=engine, names=names)


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


def audit_file(path: Path, reasoner: str = "auto", report: Callable[[str], None] = lambda _: None) -> Audit:
    """Reason over an ontology file and those of its imports that the catalog beside it knows.

    Args:
        path: The file, in any syntax of `irkg.ontology_file`.
        reasoner: One of `irkg.reasoners.REASONERS`.
        report: Told where `auto` falls back to HermiT, and because of what.

    Raises:
        GraphError: The file cannot be read as what its suffix says.
        IrkgError: The ontology cannot be reasoned over.
    """
    from irkg.audit import audit
    from irkg.ontology_file import read_with_imports

    return audit(read_with_imports(path), reasoner=reasoner, report=report)
