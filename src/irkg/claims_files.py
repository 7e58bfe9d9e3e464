"""Claims out of files: what `irkg fill` wrote, knowledge graphs, and tables of literature."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.claim_graph import literature_quads, source_ids
from irkg.errors import GraphError
from irkg.lexicon import Lexicon
from irkg.links import check_links
from irkg.literature import read_literature
from irkg.ontology_file import read_with_imports
from irkg.rdf_files import read_rdf
from irkg.store import FILE_FORMATS, check_schema, graph_name, in_memory, open_dataset


def together(parts: Iterable[tuple[Path, list[ox.Quad]]]) -> list[ox.Quad]:
    """Put files with claims together, each source from one of them.

    Args:
        parts: Each file with the quads of its claims' graphs.

    Raises:
        GraphError: Two files hold claims of the same source.
    """
    quads: list[ox.Quad] = []
    seen: dict[str, Path] = {}
    for path, found in parts:
        for source in source_ids(found):
            if source in seen:
                what = f'holds claims of the source "{source}", and so does {seen[source]}'
                raise GraphError(what, path=path, remedy="leave one of the files out")
            seen[source] = path
        quads += found
    return quads


def claims_in(path: Path, ontology: Path | None = None) -> list[ox.Quad]:
    """Read the claims of a file that `irkg fill` wrote, or of a knowledge graph, or a table of literature.

    What was decided on the claims of a knowledge graph comes with them.

    Args:
        path: A `.trig` or `.nq` file, a folder with such files, the folder of a knowledge graph, or a `.tsv` file.
        ontology: The ontology that a table speaks in; irkg's own where None.

    Raises:
        GraphError: It holds no claims, or cannot be read.
        SourceError: It is a table that is not one of literature.
    """
    if path.suffix == ".tsv":
        lexicon = Lexicon.from_triples(read_with_imports(ontology or resources.ontology_file()))
        return literature_quads(read_literature(path, lexicon), lexicon)
    if path.is_dir() and not (path / "CURRENT").is_file():  # RocksDB's own marker: no knowledge graph
        quads = _in_folder(path)
    elif path.is_dir():
        quads = list(open_dataset(path, older=True))
    elif path.suffix in FILE_FORMATS:
        quads = read_rdf(path, FILE_FORMATS[path.suffix])
        if any(graph_name(q) == v.GRAPH_ONTOLOGY for q in quads):  # a knowledge graph
            check_schema(in_memory(quads), path, older=True)
    else:
        raise GraphError(f'unknown suffix "{path.suffix}"', path=path, remedy="use .trig, .nq or .tsv")
    if not claims_of(quads):
        raise GraphError("holds no claims", path=path, remedy="write one with: irkg fill SOURCE -o claims.trig")
    return [q for q in quads if graph_name(q).startswith(_CURATED)]


_CURATED = (v.GRAPH_CLAIMS, v.GRAPH_EXTRACTED, v.GRAPH_DECISIONS)  # claims, and what was decided on them


def _in_folder(folder: Path) -> list[ox.Quad]:
    """Read the files that `irkg fill SOURCES -o FOLDER` wrote."""
    files = sorted(p for p in folder.iterdir() if p.suffix in FILE_FORMATS and not p.name.startswith("."))
    check_links(files, folder)
    return together((file, claims_of(read_rdf(file, FILE_FORMATS[file.suffix]))) for file in files)


def claims_of(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Return the quads that stand in claims' graphs, in their order."""
    return [q for q in quads if graph_name(q).startswith(v.GRAPH_CLAIMS)]
