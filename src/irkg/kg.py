"""The public face: a knowledge graph that can be asked, checked, exported, and built from articles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import pyoxigraph as ox

from irkg import resources
from irkg import vocab as v
from irkg.absence import elsewhere, mentioned, nothing_stated
from irkg.binding import bind, is_ordered
from irkg.catalogue import catalogue, find_checks, find_query
from irkg.combinations import smallest_sets
from irkg.default_graph import own_quads, with_one_default
from irkg.engines import EmbeddedEngine, Engine, RemoteEngine, ready
from irkg.errors import GraphError, QueryError, UnknownName
from irkg.lexicon import Lexicon, shipped_lexicon
from irkg.model import Answer, Finding, Param, QuerySpec, Sort, Strength, Support, Triple
from irkg.names import lexicon_in, names_in
from irkg.permitted import own_query
from irkg.query import answer, filter_answer, own_rows, shown_strength
from irkg.store import graph_name, graph_names, has_graphs, is_said, open_dataset

if TYPE_CHECKING:
    from irkg.ask import Asking, Choice
    from irkg.audit import Audit
    from irkg.explain import Explanation
    from irkg.validate import Validation


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows of an answer are wanted.

    Attributes:
        sources: Ids of the sources that a row may rest on; all where empty.
        supports: What a row may rest on; all where empty.
        min_strength: The weakest strength shown; where None, stated and entailed rows need `ability` (`hedged`
            where none is stronger) and candidates are all shown.
        reviewed: Whether only rows are shown whose claims a curator has accepted.
    """

    sources: tuple[str, ...] = ()
    supports: tuple[Support, ...] = ()
    min_strength: Strength | None = None
    reviewed: bool = False


class KnowledgeGraph:
    """A knowledge graph, embedded or behind a SPARQL endpoint.

    Example:
        >>> from irkg import KnowledgeGraph
        >>> kg = KnowledgeGraph.open()
        >>> answer = kg.query("strategies-countering", Filter(sources=("eran-2023",)), mechanism="Treg recruitment")
        >>> set(answer.column("support"))
        {'candidate'}
    """

    def __init__(self, engine: Engine, lexicon: Callable[[], Lexicon], store: ox.Store | None = None) -> None:
        self._engine = engine
        self._load_lexicon = lexicon
        self._store = store
        self._named: tuple[frozenset[str], Lexicon] | None = None

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """Open a knowledge graph.

        Args:
            path: A folder or file that `irkg build` wrote; the one that ships with irkg where it is None.

        Raises:
            GraphError: There is none at that place.
        """
        store = open_dataset(path if path is not None else resources.graph_file())
        return cls(EmbeddedEngine(store), lambda: lexicon_in(store), store)

    @classmethod
    def at_endpoint(cls, url: str, *, timeout: int = 30) -> Self:
        """Return a knowledge graph behind a SPARQL endpoint; names are those of the shipped ontology.

        Args:
            url: The endpoint's address.
            timeout: Seconds to wait for an answer.
        """
        return cls(RemoteEngine(url, timeout), shipped_lexicon)

    def prepared(self) -> Self:
        """Return the same graph, made ready for many queries: they run on a copy where that is quicker.

        Example:
            >>> kg = KnowledgeGraph.open()
            >>> kg.prepared().query("mechanisms") == kg.query("mechanisms")
            True
        """
        return type(self)(EmbeddedEngine(with_one_default(self.store)), lambda: self.lexicon, self.store)

    @property
    def queried(self) -> ox.Store:
        """The dataset that queries run on: the same as `store`, or a copy of it that is quicker to ask."""
        return self._asked.store if isinstance(self._asked, EmbeddedEngine) else self.store

    @cached_property
    def _asked(self) -> Engine:
        return ready(self._engine)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names of the kinds that this graph speaks of."""
        return self._load_lexicon()

    def _names(self, classes: Collection[str]) -> Lexicon:
        """Return a lexicon of the names of kinds and of who belongs to some classes, quicker than the whole one."""
        if self._store is None or "lexicon" in vars(self):
            return self.lexicon
        if self._named is None or not self._named[0].issuperset(classes):
            self._named = frozenset(classes), names_in(self._store, classes)
        return self._named[1]

    @property
    def store(self) -> ox.Store:
        """The dataset.

        Raises:
            GraphError: The graph is behind an endpoint.
        """
        if self._store is None:
            raise GraphError("this works on an embedded knowledge graph only", remedy="leave --endpoint out")
        return self._store

    def bound(self, name: str, params: Mapping[str, Sequence[str]]) -> tuple[QuerySpec, dict[str, list[str]], str]:
        """Bind a canned query to values.

        Args:
            name: Its name.
            params: From a parameter to its values, as a user writes them.

        Returns:
            The query, what the values mean (classes, sources, relations, numbers, texts), and the SPARQL.

        Raises:
            UnknownName: There is no such query, parameter or value.
            QueryError: A parameter that the query needs is missing.
        """
        spec = find_query(name)
        known = {p.name: p for p in spec.params}
        for given in params:
            if given not in known:
                raise UnknownName("parameter", given, near=list(known), remedy=f"{name} takes none")
        missing = [p.name for p in spec.params if p.required and not params.get(p.name)]
        if missing:
            raise QueryError(f"{name} needs --{missing[0]}", remedy=f"see: irkg query {name} --help")
        meant = {p: [self.meant(known[p], value) for value in values] for p, values in params.items() if values}
        return spec, meant, _sparql(spec, meant)

    def meant(self, param: Param, value: str) -> str:
        """Return what a user means by a value: the IRI of a class, source or relation, or the value itself."""
        if param.sort in (Sort.NUMBER, Sort.TEXT):
            return value.strip()
        if param.sort is Sort.SOURCE:
            source = value.strip().removeprefix(v.SOURCE_NS).removeprefix("source:")
            self._check_sources([source])
            return v.SOURCE_NS + source
        if param.sort is Sort.RELATION:
            from irkg.relations import relation_iri

            # an endpoint is asked by the names of the ontology that ships with irkg
            named = self._store if self._store is not None else open_dataset(resources.graph_file())
            return relation_iri(named, value)
        return self._names(param.classes).resolve(value, param.classes, param.name)

    def query(self, name: str, wanted: Filter | None = None, **params: str | Sequence[str]) -> Answer:
        """Run a canned query.

        Args:
            name: Its name; `irkg.catalogue.catalogue()` has them all.
            wanted: Which rows are wanted.
            **params: Its parameters: a label, synonym, abbreviation, CURIE or IRI, or several of them.

        Returns:
            The rows, with a note where nothing is stated.

        Raises:
            UnknownName: There is no such query, parameter or value.
            QueryError: The query cannot be run, or a parameter is missing.
        """
        values = {p: [given] if isinstance(given, str) else list(given) for p, given in params.items()}
        spec, meant, sparql = self.bound(name, values)
        return self._answered(spec, meant, sparql, wanted or Filter())

    def _answered(self, spec: QuerySpec, meant: Mapping[str, Sequence[str]], sparql: str, wanted: Filter) -> Answer:
        self._check_sources(wanted.sources)
        engine, sources = self.engine, wanted.sources
        told: list[str] = []
        if sources and self._store is not None:
            from irkg.selection import selection

            # what follows, and what is absent, must be asked of those sources alone
            chosen = EmbeddedEngine(selection(self._store, sources, told.append), union=True)
            engine, sources = ready(chosen), ()
        rows = answer(engine.run(sparql))
        strength = shown_strength(spec, wanted.min_strength)
        shown = filter_answer(rows, sources, wanted.supports, strength, wanted.reviewed)
        names = {p: " or ".join(map(self._name, found)) for p, found in meant.items()}
        said = filter_answer(rows, sources, min_strength=Strength.HYPOTHETICAL)
        if spec.sets:
            asked = [self._name(value) for found in meant.values() for value in found]
            shown = smallest_sets(shown, *spec.sets, asked)
        nothing = nothing_stated(spec, names, said, shown, wanted.sources)
        if not said.rows and not rows.rows:
            kinds = [x for p in spec.params if p.sort is Sort.KIND for x in meant.get(p.name, ())]
            nothing += mentioned(engine, {kind: self._name(kind) for kind in kinds}, wanted.sources)
            nothing += elsewhere(answer(self.engine.run(sparql))) if wanted.sources else []
        return dataclasses.replace(shown, notes=(*nothing, *shown.notes, *told))

    @property
    def engine(self) -> Engine:
        """What canned queries run on: all graphs together, which they tell apart themselves."""
        engine = self._asked
        return dataclasses.replace(engine, union=True) if isinstance(engine, EmbeddedEngine) else engine

    def example(self, spec: QuerySpec) -> Answer:
        """Run a canned query with the values of its example."""
        values: dict[str, list[str]] = {}
        for name, value in spec.example:
            values.setdefault(name, []).append(value)
        return self._answered(*self.bound(spec.name, values), Filter())

    def values(self, param: Param) -> list[tuple[str, str]]:
        """Return what a parameter can be given, sorted: pairs of a value without spaces and what it stands for.

        Args:
            param: The parameter; a number or a text has no list of values.
        """
        if param.sort in (Sort.NUMBER, Sort.TEXT):
            return []
        if param.sort is Sort.SOURCE:
            return [(source, "") for source in self.sources()]
        if param.sort is Sort.RELATION:
            return [(name, relation.label) for name, relation in sorted(self.lexicon.relations.items())]
        kinds = [kind for kind in self.lexicon.kinds.values() if self.lexicon.is_any(kind.iri, param.classes)]
        # a name is understood with hyphens for its spaces, and no shell splits it then
        return sorted((kind.display.replace(" ", "-"), v.contract(kind.iri)) for kind in kinds)

    def _name(self, meant: str) -> str:
        return self._names(()).label(meant).removeprefix("source:")

    def _check_sources(self, sources: Collection[str]) -> None:
        if self._store is not None and not has_graphs(self._store, [v.GRAPH_CLAIMS + source for source in sources]):
            from irkg.selection import check_sources

            check_sources(sources, self.sources())

    def sources(self) -> list[str]:
        """Return the ids of the sources whose claims the graph holds, sorted."""
        return sorted(g.removeprefix(v.GRAPH_CLAIMS) for g in graph_names(self.store) if g.startswith(v.GRAPH_CLAIMS))

    def sparql(self, text: str) -> Answer:
        """Run a user's own SPARQL, in this process, for as long as it takes; `irkg.own_query` runs it within limits.

        Args:
            text: A SELECT, ASK, CONSTRUCT or DESCRIBE query.

        Returns:
            All its rows, sorted unless the query orders them.

        Raises:
            QueryError: It is no query, would reach for the network, or cannot be run.
        """
        sparql = own_query(text, () if self._store is None else graph_names(self._store))
        return own_rows(self._asked.run(sparql), ordered=is_ordered(sparql))

    @cached_property
    def _asking(self) -> Asking:
        from irkg.ask import Asking, authors, headings

        known = (self.sources(), headings(s), authors(s)) if (s := self._store) else ()
        return Asking(catalogue(), self.lexicon, *known)

    def chosen(self, question: str) -> tuple[Choice, str]:
        """Find the canned query that a question in English asks for, and run nothing.

        Args:
            question: The question.

        Returns:
            Which query was chosen and why, and its SPARQL as bound.

        Raises:
            QueryError: No query fits well enough; the nearest are named.
            UnknownName: The question names something that the graph does not know.

        Example:
            >>> choice, sparql = KnowledgeGraph.open().chosen("Who recruits Tregs?")
            >>> choice.spec.name, "<https://w3id.org/irkg/kind/CL_0000815>" in sparql
            ('who-recruits', True)
        """
        choice = self._asking.choose(question)
        return choice, _sparql(choice.spec, choice.values)

    def ask(self, question: str, wanted: Filter | None = None) -> tuple[Choice, Answer]:
        """Answer a question in English by the canned query that fits it.

        Args:
            question: The question.
            wanted: Which rows are wanted.

        Returns:
            Which query was chosen and why, and its answer.

        Raises:
            QueryError: No query fits well enough; the nearest are named.
            UnknownName: The question names something that the graph does not know.
        """
        choice, sparql = self.chosen(question)
        return choice, self._answered(choice.spec, choice.values, sparql, wanted or Filter())

    def explain(
        self, subject: str, relation: str, object_: str, *, every: bool = False, sources: Sequence[str] = ()
    ) -> Explanation:
        """Explain why an edge holds, or why it does not.

        Args:
            subject: A label, synonym, abbreviation, CURIE or IRI.
            relation: The name, label, CURIE or IRI of a relation, or `isA`.
            object_: A label, synonym, abbreviation, CURIE or IRI; for `isA` of a class.
            every: Whether all minimal derivations are wanted, not only the shortest.
            sources: Ids of the sources that it must follow from; all where empty.

        Raises:
            UnknownName: A name is not known.

        Example:
            >>> KnowledgeGraph.open().explain("combination therapy", "counters", "Treg recruitment").holds
            False
        """
        from irkg.explain import explain
        from irkg.relations import relation_iri, value_iri

        self._check_sources(sources)
        predicate = relation_iri(self.store, relation)
        start = v.exemplar(self.lexicon.resolve(subject))
        if predicate == v.RDF_TYPE:
            edge = Triple(start, predicate, self.lexicon.resolve(object_))
        else:
            value = value_iri(self.store, object_)
            edge = Triple(start, predicate, value or v.exemplar(self.lexicon.resolve(object_)))
        return explain(self.store, self.lexicon, edge, every=every, sources=sources)

    def decisions_table(self) -> str:
        """Return the claims with what has been decided on them, as `irkg.review.read_decisions` reads it."""
        from irkg.review import decisions_table

        return decisions_table(self.store, self.lexicon)

    def waiting(self) -> list[str]:
        """Return a line for each decision that waits for its claim, with the reason."""
        from irkg.curation import curation_in, waiting_lines

        return list(waiting_lines(curation_in(self.store)).values())

    def kinds_table(self) -> str:
        """Return the provisional kinds with the decisions on them, as `irkg.provisional.read_kinds` reads it."""
        from irkg.review import kinds_of

        return kinds_of(self.store, self.lexicon)

    def promoted(self) -> str:
        """Return the provisional kinds that were promoted to terms, as Turtle for the file of the ontology."""
        from irkg.curation import curation_in
        from irkg.provisional import patch

        return patch(curation_in(self.store).kinds)

    def export(self, format_name: str) -> bytes:
        """Write the graph in a format of `irkg.export.FORMATS`."""
        from irkg.export import export

        return export(self.store, format_name)

    def export_to(self, format_name: str, out: BinaryIO) -> None:
        """Write the graph in a format of `irkg.export.FORMATS` to an open file, bit by bit.

        Args:
            format_name: The format's name.
            out: A binary file, open for writing.

        Raises:
            IrkgError: There is no such format, or it cannot hold what the graph says.
        """
        from irkg.export import export_to

        export_to(self.store, format_name, out)

    def world(self) -> Any:
        """Return the merged export as an owlready2 World, for those who program with classes and individuals.

        Returns:
            An `owlready2.World` in memory: ontology, exemplars, claims, stated and entailed edges.

        Raises:
            MissingExtra: owlready2 is not installed.

        Example:
            >>> world = KnowledgeGraph.open().world()  # doctest: +SKIP
            >>> world["https://w3id.org/irkg/kind/CL_0001064"].recruits  # doctest: +SKIP
            [kind.CL_0000889, kind.CL_0000815, kind.RegulatoryImmuneCell]
        """
        from irkg.export import export
        from irkg.world import world

        return world(export(self.store, "ntriples"))

    def validate(
        self,
        shapes: Sequence[Path] = (),
        *,
        engine: str = "auto",
        names: Sequence[str] = (),
        texts: Mapping[str, str] | None = None,
    ) -> Validation:
        """Check the graph against SHACL shapes, before entailment, whose types would hide violations.

        Args:
            shapes: Files with shapes; those that ship with irkg where there are none.
            engine: One of `irkg.validate.ENGINES`.
            names: Names of shapes; all of them where there are none.
            texts: The texts of sources, by their ids, to hold digests and words against.

        Returns:
            What was found.

        Raises:
            UnknownName: There is no shape of that name.
            SourceError: No evidence is of a source that has a text.

        Example:
            >>> KnowledgeGraph.open().validate(names=["claim-source"]).conforms
            True
        """
        from irkg.validate import before_entailment, validate, with_sentences

        triples = [q.triple for q in before_entailment(own_quads(self.store))]
        for source, text in (texts or {}).items():
            triples = with_sentences(triples, source, text)
        return validate(triples, shapes or resources.shapes_files(), engine=engine, names=names)

    def audit(self, reasoner: str = "auto", report: Callable[[str], None] = lambda _: None) -> Audit:
        """Reason over what is written down, ontology, claims and stated edges, and tell of faults why they are there.

        Args:
            reasoner: One of `irkg.reasoners.REASONERS`.
            report: Told where `auto` falls back to HermiT, and because of what.

        Raises:
            IrkgError: The graph cannot be reasoned over.

        Example:
            >>> KnowledgeGraph.open().audit().sound
            True
        """
        from irkg.audit import audit

        said = [q for q in own_quads(self.store) if is_said(q) and graph_name(q) != v.GRAPH_ENTAILED]
        return audit(said, self.store, reasoner=reasoner, report=report)

    def report(self, names: Sequence[str] = ()) -> list[Finding]:
        """Run the quality checks over the ontology of the graph.

        Args:
            names: Names of checks; all of them where there are none.

        Returns:
            What was found, errors first.

        Raises:
            UnknownName: There is no such check.
        """
        from irkg.report import report

        return report(self.store, find_checks(names))

    def coverage(self) -> Answer:
        """Count what the graph holds, and what no claim speaks of."""
        from irkg.coverage import coverage

        return coverage(self.store)


def _sparql(spec: QuerySpec, meant: Mapping[str, Sequence[str]]) -> str:
    """Bind a query; the claims speak of the exemplars of classes."""
    kinds = {p.name for p in spec.params if p.sort is Sort.KIND}
    return bind(spec, {p: [v.exemplar(x) if p in kinds else x for x in found] for p, found in meant.items()})
