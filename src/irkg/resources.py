"""Where the ontology, the queries and the shapes lie: in a checkout, an editable install or a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from irkg.errors import IrkgError


@cache
def _root() -> Path:
    here = Path(__file__).resolve().parent
    installed = here / "shipped"  # where the wheel puts the folders
    checkout = here.parent.parent
    for root in (installed, checkout):
        if (root / "ontology" / "irkg.ttl").is_file():
            return root
    raise IrkgError(
        "the folders ontology, queries and shapes are missing from this installation",
        path=here,
        remedy="reinstall irkg",
    )


def is_shipped(path: Path) -> bool:
    """Return whether a file is one of those that come with irkg.

    Example:
        >>> is_shipped(graph_file()), is_shipped(Path("mine.trig"))
        (True, False)
    """
    place = path.resolve()
    return any(place.is_relative_to(_root() / folder) for folder in ("ontology", "queries", "shapes"))


def ontology_file() -> Path:
    """Return the path of the ontology in Turtle.

    Example:
        >>> ontology_file().name
        'irkg.ttl'
    """
    return _root() / "ontology" / "irkg.ttl"


def mappings_file() -> Path:
    """Return the path of the mappings to other vocabularies, in SSSOM/TSV."""
    return _root() / "ontology" / "mappings.sssom.tsv"


def reuse_file() -> Path:
    """Return the path of the table that says of each reused IRI why it is reused."""
    return _root() / "ontology" / "reuse.tsv"


def imports_dir() -> Path:
    """Return the folder with the modules that the ontology imports."""
    return _root() / "ontology" / "imports"


def claims_files() -> list[Path]:
    """Return the shipped files with claims: what articles say, sorted, and the table of what the literature says."""
    folder = _root() / "ontology" / "claims"
    return [*sorted(folder.glob("*.trig")), folder / "literature.tsv"]


def decisions_files() -> list[Path]:
    """Return the shipped tables of decisions on claims, sorted."""
    return sorted((_root() / "ontology" / "claims").glob("*.review.tsv"))


def graph_file() -> Path:
    """Return the path of the shipped knowledge graph, a dataset in TriG."""
    return _root() / "ontology" / "irkg-kg.trig"


def queries_dir() -> Path:
    """Return the folder with the canned queries, one `NAME.rq` each."""
    return _root() / "queries"


def shapes_files() -> list[Path]:
    """Return the shipped SHACL files, one for each concern, sorted."""
    return sorted((_root() / "shapes").glob("*.ttl"))
