"""The ontology as a lexicon: names of kinds, words that express relations, and a matcher of names in text."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import AmbiguousName, UnknownName
from irkg.name_index import NameIndex, NameMatch, fold, keys_of
from irkg.resources import ontology_file

__all__ = [
    "Definition",
    "Kind",
    "Lexicon",
    "NameMatch",
    "Pattern",
    "Relation",
    "fold",
    "shipped_lexicon",
    "with_ancestors",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of the ontology that claims can be about.

    Attributes:
        iri: Its IRI.
        label: Its rdfs:label.
        display: The name that answers show.
        exact: Names that mean just this, the label among them.
        related: Names that mean this in the right context.
    """

    iri: str
    label: str
    display: str
    exact: tuple[str, ...]
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that express a relation: `X recruit Y`, `recruitment of Y by X`, `Y essential for X`.

    Attributes:
        relation: Name of the relation.
        sort: `verb`, `noun` or `adjective`.
        words: Lemmas in order, `X` standing for the subject and `Y` for the object.
    """

    relation: str
    sort: str
    words: tuple[str, ...]

    @property
    def head(self) -> str:
        """The word that the pattern hangs on: its first that is not a placeholder."""
        return next(w for w in self.words if w not in ("X", "Y"))


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between exemplars.

    Attributes:
        iri: Its IRI.
        name: The name that claims use.
        label: Its rdfs:label.
        domains: IRIs of the classes that its subject should belong to.
        ranges: IRIs of the classes that its object should belong to.
        patterns: The words that express it.
    """

    iri: str
    name: str
    label: str
    domains: tuple[str, ...]
    ranges: tuple[str, ...]
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A class that is defined as a genus with one restriction: `cell recruitment and (hasPatient some Treg)`."""

    iri: str
    genus: str
    prop: str
    filler: str


def with_ancestors(classes: Iterable[str], parents: Mapping[str, Iterable[str]]) -> set[str]:
    """Return classes and all the classes above them.

    Example:
        >>> sorted(with_ancestors(["Treg"], {"Treg": ["T cell"], "T cell": ["cell"], "B cell": ["cell"]}))
        ['T cell', 'Treg', 'cell']
    """
    found: set[str] = set()
    pending = list(classes)
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending.extend(parents.get(current, ()))
    return found


@dataclass(frozen=True)
class Lexicon:
    """Names, relations and definitions of an ontology.

    Attributes:
        kinds: The kinds, by IRI of the class.
        relations: The relations, by name.
        definitions: The classes defined by a genus and one restriction.
        process_of: For a class of processes or activities, the name of the relation that it makes a noun of.
        state_adjectives: For an adjective that describes a bearer, the IRI of the process that it undergoes.
        head_nouns: For a noun, or an ending of nouns behind an asterisk, the classes of the phrases that it heads.
    """

    kinds: Mapping[str, Kind]
    relations: Mapping[str, Relation]
    definitions: tuple[Definition, ...]
    process_of: Mapping[str, str]
    state_adjectives: Mapping[str, str]
    head_nouns: Mapping[str, tuple[str, ...]]
    _parents: Mapping[str, frozenset[str]] = field(repr=False)

    @staticmethod
    def from_triples(triples: Iterable[ox.Triple | ox.Quad]) -> Lexicon:
        """Read the lexicon out of an ontology.

        Args:
            triples: The ontology; entailed subclass axioms among them sharpen what is known of kinds.
        """
        return _Reader(triples).lexicon()

    def with_names(self, names: Mapping[str, str]) -> Lexicon:
        """Return a lexicon that knows further names, such as the abbreviations that a document defines.

        Args:
            names: From a name to the IRI of its class; a name that is known already keeps its meaning.
        """
        new = {name: iri for name, iri in names.items() if not self._by_name(name)}
        if not new:
            return self
        kinds = dict(self.kinds)
        for name, iri in new.items():
            kinds[iri] = replace(kinds[iri], exact=(*kinds[iri].exact, name))
        added = self._index.with_names((iri, name, True) for name, iri in new.items())
        return self._derived(replace(self, kinds=kinds), _index=added)

    def growing(self, kinds: dict[str, Kind], parents: dict[str, frozenset[str]]) -> Lexicon:
        """Return a lexicon that also knows what is put into two mappings later on, but looks for no names of theirs.

        Args:
            kinds: Further kinds, by IRI.
            parents: The classes above them.
        """
        grown = replace(self, kinds=ChainMap(kinds, dict(self.kinds)), _parents=ChainMap(parents, dict(self._parents)))
        return self._derived(grown, _index=self._index)

    def _derived(self, other: Lexicon, **known: object) -> Lexicon:
        """Give another lexicon what was worked out for this one and holds for it too."""
        same = ("_fixed", "_above", "patterns", "verbs", "transitive_verbs", "events", "event_words")
        vars(other).update({name: getattr(self, name) for name in same}, **known)
        return other

    @cached_property
    def _fixed(self) -> Mapping[str, frozenset[str]]:
        """The classes above others that no later kind changes."""
        return self._parents

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """All classes above those that were asked for."""
        return {}

    def ancestors(self, iri: str) -> frozenset[str]:
        """Return a class and all the classes above it."""
        found = self._above.get(iri)
        if found is None:
            found = frozenset(with_ancestors([iri], self._parents))
            if iri in self._fixed:
                self._above[iri] = found
        return found

    def is_a(self, iri: str, ancestor: str) -> bool:
        """Return whether a class is, or stands below, another."""
        return iri == ancestor or ancestor in self.ancestors(iri)

    def is_any(self, iri: str, ancestors: Sequence[str]) -> bool:
        """Return whether a class is, or stands below, one of several; true where there are none."""
        return not ancestors or not self.ancestors(iri).isdisjoint(ancestors)

    def label(self, iri: str) -> str:
        """Return the name that answers show for a class, or its CURIE where the ontology has none."""
        kind = self.kinds.get(iri)
        return kind.display if kind else v.contract(iri)

    @cached_property
    def _index(self) -> NameIndex:
        return NameIndex.of(
            (kind.iri, name, exact)
            for kind in self.kinds.values()
            for exact, names in ((True, kind.exact), (False, kind.related))
            for name in names
        )

    @cached_property
    def patterns(self) -> Mapping[tuple[str, str], tuple[Pattern, ...]]:
        """The words that express relations, by their sort and the word that they hang on."""
        found: dict[tuple[str, str], tuple[Pattern, ...]] = {}
        for pattern in (p for r in self.relations.values() for p in r.patterns):
            key = pattern.sort, pattern.head
            found[key] = (*found.get(key, ()), pattern)
        return found

    @cached_property
    def verbs(self) -> frozenset[str]:
        """The verbs that express relations."""
        return frozenset(head for sort, head in self.patterns if sort == "verb")

    @cached_property
    def transitive_verbs(self) -> Mapping[str, frozenset[str]]:
        """The verbs that express a relation with a subject and a direct object, by its name."""
        return {
            r.name: frozenset(p.head for p in r.patterns if p.sort == "verb" and p.words == ("X", p.head, "Y"))
            for r in self.relations.values()
        }

    @cached_property
    def events(self) -> Mapping[str, tuple[Definition, ...]]:
        """The defined kinds of event that relations amount to with the right object, by the name of the relation."""
        found: dict[str, tuple[Definition, ...]] = {}
        for definition in self.definitions:
            above = self.ancestors(definition.iri)
            for relation in {r for c, r in self.process_of.items() if c in above}:
                found[relation] = (*found.get(relation, ()), definition)
        return found

    @cached_property
    def event_words(self) -> frozenset[tuple[str, str]]:
        """The words that can tell of such an event, each with the name of the relation."""
        return frozenset(
            (head, p.relation) for (_, head), found in self.patterns.items() for p in found if p.relation in self.events
        )

    def find(self, text: str, *, forgiving: bool = False) -> list[NameMatch]:
        """Find the names of kinds in a text, the longest at each place.

        Args:
            text: Any text.
            forgiving: Whether the case of abbreviations is forgiven, as in a question that was typed.

        Returns:
            The matches in order; none overlaps another.

        Example:
            >>> [m.text for m in shipped_lexicon().find("Tumors recruit Tregs and other regulatory immune cells.")]
            ['Tumors', 'Tregs', 'regulatory immune cells']
        """
        return self._index.find(text, forgiving=forgiving)

    def beginning(self, start: str, text: str) -> set[str]:
        """Return the classes of all names that begin with some words and go on with words that a text has in a row.

        Args:
            start: The first words.
            text: The text.
        """
        return self._index.beginning(start, text)

    def resolve(self, name: str, classes: Sequence[str] = (), sort: str = "name") -> str:
        """Return the class that a user means by a name.

        Args:
            name: A label, synonym, abbreviation, CURIE or IRI of a class or of its exemplar.
            classes: IRIs of the classes that it must belong to; any will do.
            sort: What is looked for, in the words of the message.

        Returns:
            The IRI of the class.

        Raises:
            UnknownName: There is no such kind, or it belongs to none of the classes.
            AmbiguousName: Several have it as an exact name, or none has and several as a related one.

        Example:
            >>> shipped_lexicon().resolve("recruitment of regulatory T cells")
            'https://w3id.org/irkg/TregRecruitment'
        """
        by_identifier = self._by_identifier(name.strip())
        named = [(by_identifier, True)] if by_identifier else self._by_name(name)
        for wanted in (True, False):
            fitting = [iri for iri, exact in named if exact is wanted and self.is_any(iri, classes)]
            if len(fitting) > 1:
                raise AmbiguousName(sort, name, [f"{self.label(iri)} ({v.contract(iri)})" for iri in fitting])
            if fitting:
                return fitting[0]
        if named:
            above = " or ".join(self.label(c) for c in classes)
            raise UnknownName(sort, name, remedy=f"{self.label(named[0][0])} is not a kind of {above}")
        raise UnknownName(sort, name, near=self.near(name, classes), remedy="no known name looks like it")

    def _by_identifier(self, name: str) -> str | None:
        iri = v.expand(name) or name.strip("<>")
        if iri.startswith(v.KIND):
            iri = v.class_of(iri)
        return iri if iri in self.kinds else None

    def _by_name(self, name: str) -> list[tuple[str, bool]]:
        """Return (class, whether it is an exact name of it), exact ones first, each class once."""
        entries = self._index.entries.get(keys_of(name), ())
        first: dict[str, bool] = {}
        for iri, _, exact in entries:
            first.setdefault(iri, exact)
        return list(first.items())

    def near(self, name: str, classes: Sequence[str] = ()) -> list[str]:
        """Return up to three names of kinds that look like one, best first, one for each kind."""
        import difflib

        names: dict[str, str] = {}
        for kind in self.kinds.values():
            if self.is_any(kind.iri, classes):
                for known in kind.exact:
                    names.setdefault(fold(known), kind.display)
        close = difflib.get_close_matches(fold(name), names, n=9, cutoff=0.7)
        return list(dict.fromkeys(names[c] for c in close))[:3]


@cache
def shipped_lexicon() -> Lexicon:
    """Return the lexicon of the ontology that irkg ships."""
    from irkg.ontology_file import read_with_imports

    return Lexicon.from_triples(read_with_imports(ontology_file()))


def _classify(definitions: Sequence[Definition], above: dict[str, set[str]]) -> None:
    """Add to each defined class its genus, and the defined classes that it is a case of.

    `G ⊓ ∃p.F` is below `H ⊓ ∃p.E` where G is below H and F below E: sound, and all that names in a text need;
    what a reasoner knows beyond it comes with a built knowledge graph.
    """
    for d in definitions:
        above[d.iri].add(d.genus)
    pairs = [(d, e) for d in definitions for e in definitions if d != e and d.prop == e.prop]
    grew = True
    while grew:
        over = {c: with_ancestors([c], above) for d in definitions for c in (d.genus, d.filler)}
        found = [(d, e) for d, e in pairs if e.genus in over[d.genus] and e.filler in over[d.filler]]
        grew = any(e.iri not in above[d.iri] for d, e in found)
        for d, e in found:
            above[d.iri].add(e.iri)


class _Reader:
    """Takes the parts of a lexicon out of triples."""

    def __init__(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        self.by_predicate: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for t in triples:
            if isinstance(t.subject, (ox.NamedNode, ox.BlankNode)) and not isinstance(t.object, ox.Triple):
                self.by_predicate[t.predicate.value][t.subject.value].append(t.object.value)

    def values(self, predicate: str, subject: str) -> tuple[str, ...]:
        return tuple(sorted(self.by_predicate[predicate].get(subject, ())))

    def one(self, predicate: str, subject: str) -> str | None:
        return next(iter(self.values(predicate, subject)), None)

    def lexicon(self) -> Lexicon:
        definitions = tuple(self.definitions())
        above: dict[str, set[str]] = defaultdict(set)
        for child, parents in self.by_predicate[v.SUBCLASS_OF].items():
            above[child].update(parents)
        _classify(definitions, above)
        names = {self.one(v.RELATION_NAME, iri): iri for iri in self.by_predicate[v.RELATION_NAME]}
        relations = {name: self.relation(name, iri) for name, iri in sorted(names.items()) if name}
        name_of = {r.iri: r.name for r in relations.values()}
        adjectives = self.by_predicate[v.STATE_ADJECTIVE].items()
        bare = Lexicon(
            kinds={},
            relations=relations,
            definitions=definitions,
            process_of={c: name_of[p] for c, ps in self.by_predicate[v.PROCESS_OF].items() for p in ps if p in name_of},
            state_adjectives={word: c for c, words_ in adjectives for word in words_},
            head_nouns=self.head_nouns(),
            _parents={c: frozenset(parents) for c, parents in above.items()},
        )
        classes = sorted(set(self.by_predicate[v.DEFINITION]) & set(above))
        return replace(bare, kinds={c: self.kind(c) for c in classes if bare.is_a(c, v.DOMAIN_ENTITY)})

    def head_nouns(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for iri, nouns in sorted(self.by_predicate[v.HEAD_NOUN].items()):
            for noun in nouns:
                found[noun.casefold()] = (*found.get(noun.casefold(), ()), iri)
        return found

    def kind(self, iri: str) -> Kind:
        label = self.one(v.LABEL, iri) or v.contract(iri)
        display = self.one(v.DISPLAY_NAME, iri) or label
        exact = dict.fromkeys([display, label, *self.values(v.EXACT_SYNONYM, iri)])
        return Kind(iri, label, display, tuple(exact), self.values(v.RELATED_SYNONYM, iri))

    def relation(self, name: str, iri: str) -> Relation:
        sorts = (("verb", v.VERB_PATTERN), ("noun", v.NOUN_PATTERN), ("adjective", v.ADJECTIVE_PATTERN))
        patterns = [Pattern(name, sort, tuple(text.split())) for sort, prop in sorts for text in self.values(prop, iri)]
        return Relation(
            iri=iri,
            name=name,
            label=self.one(v.LABEL, iri) or name,
            domains=self.values(v.DOMAIN_INCLUDES, iri),
            ranges=self.values(v.RANGE_INCLUDES, iri),
            patterns=tuple(patterns),
        )

    def definitions(self) -> Iterable[Definition]:
        """Yield `C ≡ G ⊓ ∃p.F` where G, p and F are named."""
        for iri, expressions in sorted(self.by_predicate[v.OWL + "equivalentClass"].items()):
            for expression in expressions:
                members = self.members(self.one(v.OWL + "intersectionOf", expression))
                named = [m for m in members if ":" in m and not self.one(v.OWL + "onProperty", m)]
                for member in members:
                    prop = self.one(v.OWL + "onProperty", member)
                    filler = self.one(v.OWL + "someValuesFrom", member)
                    if prop and filler and len(named) == 1 and len(members) == 2:
                        yield Definition(iri, named[0], prop, filler)

    def members(self, head: str | None) -> list[str]:
        found: list[str] = []
        while head and head != v.RDF + "nil":
            first = self.one(v.RDF + "first", head)
            if first is None:
                break
            found.append(first)
            head = self.one(v.RDF + "rest", head)
        return found
