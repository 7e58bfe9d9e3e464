"""The terms of an ontology with their names: OBO and OWL files, and the ontology of irkg."""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import GraphError
from irkg.lexicon import Lexicon, with_ancestors
from irkg.limits import LONGEST, TOO_LONG, begun
from irkg.ontology_file import read_with_imports
from irkg.rdf_files import SYNTAXES

SCOPES = ("label", "exact", "narrow", "related", "broad")  # the surest first
_SCOPE_OF = {f"{v.OBO_IN_OWL}has{s.title()}Synonym": s for s in SCOPES[1:]}
_DEPRECATED = v.OWL + "deprecated"
_OBO_CLASS = re.compile(re.escape(v.OBO) + r"([A-Za-z]\w*?)_(\d\w*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*(?P<scope>[A-Z]+)?')
_ESCAPE = re.compile(r"\\(.)")
_MOST = 2_000_000_000  # bytes of an unpacked ontology


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a term.

    Attributes:
        text: The name as the ontology writes it.
        scope: One of `SCOPES`: the label, or what the ontology says a synonym means beside it.
    """

    text: str
    scope: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class of an ontology.

    Attributes:
        id: Its CURIE, or its IRI where it has none.
        label: Its label.
        names: The label first, then its synonyms in the order of the ontology, each once.
        definition: Its textual definition; empty where it has none.
        parents: The ids of the named classes right above it.
    """

    id: str
    label: str
    names: tuple[Name, ...]
    definition: str = ""
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terminology:
    """The terms of an ontology that are in use.

    Attributes:
        terms: The terms by id, in order of their ids.
    """

    terms: Mapping[str, Term]
    _parents: Mapping[str, Sequence[str]] = field(repr=False, default_factory=dict)

    @staticmethod
    def of(terms: Iterable[Term]) -> Terminology:
        """Return the terminology of some terms."""
        by_id = {t.id: t for t in sorted(terms, key=lambda t: t.id)}
        return Terminology(by_id, {t.id: t.parents for t in by_id.values()})

    def ancestors(self, term: str) -> set[str]:
        """Return the ids of a term and of all above it."""
        return with_ancestors([term], self._parents)

    def below(self, branches: Sequence[str], without: Sequence[str] = ()) -> Terminology:
        """Return the terms of some branches.

        Args:
            branches: The ids of the terms at their tops, or prefixes with a colon ("CL:") for all terms that have it;
                none for the whole ontology.
            without: The ids of terms that are left out, but not what is below them.

        Raises:
            GraphError: The ontology has no such term.
        """
        prefixes = tuple(given for given in branches if given.endswith(":"))
        tops = set(branches) - set(prefixes)
        known = {*self.terms, *(i.partition(":")[0] + ":" for i in self.terms)}
        for given in (*branches, *without):
            if given not in known:
                raise GraphError(f'the ontology has no term "{given}"', remedy="give the id of one, such as CL:0000540")
        kept = {
            i: t
            for i, t in self.terms.items()
            if i not in without
            and (not branches or i.startswith(prefixes) or not tops.isdisjoint(self.ancestors(i) if tops else ()))
        }
        return Terminology(kept, self._parents)


def read_terminology(path: Path) -> Terminology:
    """Read the terms of an ontology file; nothing is fetched, obsolete terms are left out.

    Args:
        path: OBO (.obo), RDF/XML (.owl, .rdf), Turtle (.ttl) or another syntax of `irkg.ontology_file`; also with
            .gz behind it. The modules that it imports are read too, where a catalog beside it says where they lie.

    Returns:
        Its terms. Of annotations, `rdfs:label`, the synonym properties of OBO (`oboInOwl`), SKOS labels and the
        textual definition (IAO:0000115) are read.

    Raises:
        GraphError: The file is missing, of an unknown suffix, damaged, no ontology, or has no names.
    """
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    if suffix not in (".obo", *SYNTAXES):
        known = ", ".join((".obo", *SYNTAXES))
        raise GraphError(f'unknown suffix "{suffix}"', path=path, remedy=f"use one of {known}, also with .gz")
    obo = suffix == ".obo"
    terms = list(_obo_terms(_obo_text(path), path) if obo else _owl_terms(_triples(path, suffix)))
    if not any(t.names for t in terms):
        raise GraphError("has no terms with names", path=path, remedy="check that it is the right file")
    return Terminology.of(terms)


def terminology_of(lexicon: Lexicon) -> Terminology:
    """Return the kinds of a lexicon as terms.

    Args:
        lexicon: The names of irkg's ontology.
    """
    terms = []
    for kind in lexicon.kinds.values():
        names = [Name(kind.label, "label"), Name(kind.display, "exact")]
        names += [Name(n, "exact") for n in kind.exact] + [Name(n, "related") for n in kind.related]
        above = tuple(v.contract(i) for i in sorted(lexicon.ancestors(kind.iri) - {kind.iri}))
        terms.append(Term(v.contract(kind.iri), kind.label, _once(names), parents=above))
    return Terminology.of(terms)


def _once(names: Iterable[Name]) -> tuple[Name, ...]:
    """Return each name once, in the scope that is surest."""
    best: dict[str, Name] = {}
    for name in names:
        known = best.get(name.text)
        if name.text and (known is None or SCOPES.index(name.scope) < SCOPES.index(known.scope)):
            best[name.text] = name
    return tuple(best.values())


def _unpacked(path: Path) -> bytes:
    try:
        if path.suffix.lower() != ".gz":
            data = begun(path, _MOST)
        else:
            with gzip.open(path) as handle:
                data = handle.read(_MOST + 1)
    except FileNotFoundError as error:
        raise GraphError("no such file", path=path, remedy="check the name") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise GraphError(f"cannot be unpacked: {error}", path=path, remedy="get the file again") from error
    except OSError as error:
        raise GraphError(f"cannot be read: {error.strerror or error}", path=path) from error
    if len(data) > _MOST:
        raise GraphError(f"has more than {_MOST:,} bytes", path=path, remedy="give a smaller ontology")
    return data


def _triples(path: Path, suffix: str) -> list[ox.Triple]:
    if path.suffix.lower() != ".gz":
        return read_with_imports(path)
    data = _unpacked(path)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / f"ontology{suffix}"
        plain.write_bytes(data)
        try:
            return read_with_imports(plain)
        except GraphError as error:
            raise GraphError(error.what, path=path, line=error.line, remedy=error.remedy) from error


def _obo_text(path: Path) -> str:
    data = _unpacked(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GraphError("is not UTF-8", path=path, line=line, remedy="save it as UTF-8") from error
    long = next((n for n, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST), None)
    if long is not None:
        raise GraphError(TOO_LONG, path=path, line=long, remedy="leave it out")
    if not re.search(r"^\[Term\]", text, re.MULTILINE):
        raise GraphError("is not an OBO file: it has no [Term]", path=path, remedy="check that it is the right file")
    return text


def _obo_terms(text: str, path: Path) -> Iterator[Term]:
    """Yield the terms of an OBO file (format 1.4, sections 3 and 5)."""
    line = 1
    for stanza in re.split(r"(?m)^(?=\[)", text):
        if stanza.startswith("[Term]"):
            tags: dict[str, list[str]] = defaultdict(list)
            for at, row in enumerate(stanza.split("\n")[1:], line + 1):
                tag, colon, value = row.partition(":")
                if colon:
                    tags[tag].append(value.strip())
                elif row.strip() and not row.startswith("!"):
                    raise GraphError(f'expected "tag: value", found "{row[:40]}"', path=path, line=at)
            term = _obo_term(tags)
            if term is not None:
                yield term
        line += stanza.count("\n")


def _obo_term(tags: Mapping[str, list[str]]) -> Term | None:
    if not tags.get("id") or _bare(tags.get("is_obsolete", ["false"])[0]) == "true":
        return None
    label = _unescaped(_bare(next(iter(tags.get("name", [])), "")))
    names = [Name(label, "label")] if label else []
    for value in tags.get("synonym", []):
        match = _QUOTED.match(value)
        if match:
            scope = (match["scope"] or "RELATED").lower()  # the default of the format
            names.append(Name(_unescaped(match[1]).strip(), scope if scope in SCOPES else "related"))
    definition = next((m for m in map(_QUOTED.match, tags.get("def", [])) if m), None)
    own = _bare(tags["id"][0])
    return Term(
        own,
        label or own,
        _once(names),
        _unescaped(definition[1]) if definition else "",
        tuple(sorted({_bare(p) for p in tags.get("is_a", [])} - {own})),
    )


def _bare(value: str) -> str:
    """Return a value without its comment and its trailing modifiers."""
    return re.split(r"\s+(?:!|\{)", value, maxsplit=1)[0].strip()


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda m: {"n": "\n", "W": " ", "t": "\t"}.get(m[1], m[1]), value)


def _owl_terms(triples: Iterable[ox.Triple]) -> Iterator[Term]:
    labels: dict[str, list[ox.Literal]] = defaultdict(list)
    synonyms: dict[str, list[Name]] = defaultdict(list)
    definitions: dict[str, str] = {}
    parents: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, None] = {}
    obsolete: set[str] = set()
    scopes = {**_SCOPE_OF, v.SKOS + "altLabel": "exact", v.PREF_LABEL: "exact"}
    for t in triples:
        if not isinstance(t.subject, ox.NamedNode):
            continue
        iri, predicate, value = t.subject.value, t.predicate.value, t.object
        if isinstance(value, ox.NamedNode):
            if predicate == v.RDF_TYPE and value.value in (v.OWL + "Class", v.RDFS + "Class"):
                classes[iri] = None
            elif predicate == v.SUBCLASS_OF:
                parents[iri].add(value.value)
        elif isinstance(value, ox.Literal):
            if predicate == v.LABEL:
                labels[iri].append(value)
            elif predicate in scopes:
                synonyms[iri].append(Name(value.value.strip(), scopes[predicate]))
            elif predicate == v.DEFINITION:
                definitions.setdefault(iri, value.value)
            elif predicate == _DEPRECATED and value.value in ("true", "1"):
                obsolete.add(iri)
    for iri in classes:
        if iri not in obsolete:
            label = _preferred(labels.get(iri, []))
            names = ([Name(label, "label")] if label else []) + synonyms.get(iri, [])
            above = tuple(sorted(_curie(p) for p in parents.get(iri, ()) if p != iri))
            yield Term(_curie(iri), label or _curie(iri), _once(names), definitions.get(iri, ""), above)


def _preferred(labels: list[ox.Literal]) -> str:
    """Return the English label, or the one without a language, or the first."""
    ranked = sorted(labels, key=lambda n: (not (n.language or "").startswith("en"), n.language or "", n.value))
    return ranked[0].value.strip() if ranked else ""


def _curie(iri: str) -> str:
    """Return the CURIE of a class: that of irkg, or as OBO ids and PURLs correspond (OBO Foundry ID policy)."""
    own = v.contract(iri)
    if own != iri and not own.startswith("obo:"):
        return own
    match = _OBO_CLASS.fullmatch(iri)
    return f"{match[1]}:{match[2]}" if match else own
