"""The words that the rooms of irkg speak to each other: frozen data types without behaviour of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from irkg.rows import Answer as Answer  # noqa: PLC0414  one of those words, and mypy wants to hear it
from irkg.vocab import CLAIM_NS, OWL, SOURCE


class Strength(StrEnum):
    """How strongly the author puts a claim, strongest first.

    Example:
        >>> Strength.ABILITY.at_least(Strength.HEDGED)
        True
    """

    ASSERTED = "asserted"
    ABILITY = "ability"
    HEDGED = "hedged"
    FUTURE = "future"
    HYPOTHETICAL = "hypothetical"

    @property
    def rank(self) -> int:
        """The place in the order, 5 (asserted) down to 1 (hypothetical)."""
        return 5 - list(Strength).index(self)

    def at_least(self, other: Strength) -> bool:
        """Return whether this strength is the other or a stronger one."""
        return self.rank >= other.rank


class ReviewStatus(StrEnum):
    """What a curator has said of a claim; `extracted` is shown as "unreviewed" in answers."""

    EXTRACTED = "extracted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Support(StrEnum):
    """What an answer row rests on."""

    STATED = "stated"
    ENTAILED = "entailed"
    CANDIDATE = "candidate"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a source text.

    Attributes:
        start: Offset of the first character, 0-based, counted in characters of the decoded text.
        end: Offset behind the last character.
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the characters of this span.

        Example:
            >>> Span(2, 5).of("immune")
            'mun'
        """
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Return whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Return whether the other lies within this one."""
        return self.start <= other.start and other.end <= self.end


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal.

    Example:
        >>> digest("immune")[:12]
        '808a374d0159'
    """
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def claim_key(source: str, place: str, subject: str, relation: str, thing: str) -> str:
    """Return the sixteen hexadecimal digits that name a claim.

    Args:
        source: Id of the source.
        place: What tells the place in it: the digest of a sentence, or the address of a publication's page.
        subject: IRI of the class that the claim is about.
        relation: Name of the relation.
        thing: IRI of the class of the object.
    """
    return digest("\n".join((source, place, subject, relation, thing)))[:16]


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry of a source's reference list.

    Attributes:
        number: The number that citation markers use for it.
        span: Where the entry stands, without its number.
        printed: Whether the number stands in the text; else it was worked out from the markers left over.
        authors: The first author's name with "et al." where there are more.
        year: The year of publication, where one could be read.
        doi: Its DOI, where the list has it, without a resolver's address.
        pmid: Its PubMed identifier, where the list has it.
        title: Its title, where the list marks it as such.
    """

    number: int
    span: Span
    printed: bool
    authors: str
    year: int | None
    doi: str | None = None
    pmid: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a source, or a heading, which can be evidence too.

    Attributes:
        span: Where it stands.
        text: Its characters.
        section: The heading that it stands under.
        citations: The numbers of the references that it cites, in the order of the markers.
        heading: Whether it is a heading.
        unresolved: Citations by name and year that no reference answers to, as "Doe et al. 2001".
    """

    span: Span
    text: str
    section: str
    citations: tuple[int, ...] = ()
    heading: bool = False
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that claims are taken from.

    Attributes:
        id: Its name: by its own identifier where its file marks one (`PMC1`, `pmid-1`, `doi-10.1-a`), else the name
            of the file without folder and suffix.
        digest: SHA-256 of its text.
        length: Number of characters of its text.
        author: Its first author, as written there.
        year: The year of publication.
        doi: Its DOI, without a resolver's address.
        references: Its reference list, by number.
        pmid: Its PubMed identifier.
        pmcid: Its identifier in PubMed Central, `PMC` and digits.
        title: Its title, where the file marks it as such.
    """

    id: str
    digest: str
    length: int
    author: str | None = None
    year: int | None = None
    doi: str | None = None
    references: tuple[Reference, ...] = ()
    pmid: str | None = None
    pmcid: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """What a claim says something about: a kind, and the words that name it.

    Attributes:
        iri: IRI of the class.
        label: The class's label.
        span: Where the words stand (a pronoun keeps its own span).
        text: The words as they stand, empty where the text may not be stored.
    """

    iri: str
    label: str
    span: Span
    text: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a source says, in one sentence, about a subject and an object.

    Attributes:
        source: Id of the source.
        sentence: Where the sentence stands.
        sentence_digest: SHA-256 of the exact sentence.
        section: The heading that the sentence stands under.
        subject: The kind that the claim is about.
        relation: Name of the relation (`recruits`).
        object: The kind that the subject is related to.
        negated: Whether the source denies it.
        strength: How strongly the author puts it.
        hedge_cue: The words that weaken it, empty for `asserted`.
        quantifier: `some`, `many`, `all`, or empty.
        citations: Numbers of the references that the sentence cites.
        rule: Name of the extraction rule.
        confidence: The extractor's own estimate, 0 to 1.
        review: What a curator has said of it.
        note: The curator's reason.
        quote: The sentence, where it may be stored.
        prefix: Up to 32 characters before it, where they may be stored.
        suffix: Up to 32 characters behind it, where they may be stored.
        unresolved: Citations of the sentence by name and year that no reference answers to.
    """

    source: str
    sentence: Span
    sentence_digest: str
    section: str
    subject: Argument
    relation: str
    object: Argument
    negated: bool = False
    strength: Strength = Strength.ASSERTED
    hedge_cue: str = ""
    quantifier: str = ""
    citations: tuple[int, ...] = ()
    rule: str = ""
    confidence: float = 1.0
    review: ReviewStatus = ReviewStatus.EXTRACTED
    note: str = ""
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    unresolved: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Sixteen hexadecimal digits that name this claim in every refill of the same sentence."""
        return claim_key(self.source, self.sentence_digest, self.subject.iri, self.relation, self.object.iri)

    @property
    def iri(self) -> str:
        """The IRI of the claim."""
        return CLAIM_NS + self.key


class Level(StrEnum):
    """How much a check of the ontology matters, worst first."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Publication:
    """A source that a curator has read a page of.

    Attributes:
        id: Its id among the sources.
        author: Its first author, empty where the page does not say.
        year: The year of publication, None where the page does not say.
        title: Its title, empty where the page does not say.
        identifier: `doi:` with its DOI, or the address of the publication.
        page: The address of the page that was read.
    """

    id: str
    author: str
    year: int | None
    title: str
    identifier: str
    page: str


@dataclass(frozen=True, slots=True)
class CuratedClaim:
    """What a publication says, as a curator has put it.

    Attributes:
        publication: The publication.
        subject: IRI of the class that the claim is about.
        relation: Name of the relation.
        object: IRI of the class that the subject is related to.
        negated: Whether the publication denies it.
        strength: How strongly it stands, after what the curator could see of it.
        hedge_cue: The author's word that weakens it, where there is one.
        caveat: What limits it in the curator's eyes, where something does.
        paraphrase: What the publication says, in the curator's words.
        fact: Number of the reading that it comes from.
    """

    publication: Publication
    subject: str
    relation: str
    object: str
    negated: bool
    strength: Strength
    hedge_cue: str
    caveat: str
    paraphrase: str
    fact: str

    @property
    def iri(self) -> str:
        """The IRI of the claim."""
        source = self.publication
        return CLAIM_NS + claim_key(source.id, source.identifier, self.subject, self.relation, self.object)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a check found.

    Attributes:
        severity: `Violation`, `Warning` or `Info` for a shape, a `Level` for a query.
        check: Name of the shape or query that found it.
        focus: IRI of the node that it concerns.
        label: That node in words.
        path: IRI of the property concerned, where there is one.
        value: The offending value, where there is one.
        component: IRI of the SHACL constraint component, where there is one.
        message: What to do about it.
        excuse: Why it is meant to be so, where the ontology gives a reason.
        sentence: What the source says, or a curator says that it says, where the node is a claim or its evidence.
    """

    severity: str
    check: str
    focus: str
    label: str
    path: str | None
    value: str | None
    component: str | None
    message: str
    excuse: str = ""
    sentence: str = ""


class ValueType(StrEnum):
    """What sort of term a value of a parameter becomes; the last part of the placeholder's name, as in BASIL."""

    IRI = "iri"
    INTEGER = "integer"
    LITERAL = "literal"


class Sort(StrEnum):
    """What a parameter of a canned query is given."""

    KIND = "kind"
    SOURCE = "source"
    RELATION = "relation"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a canned query.

    Attributes:
        name: Its name, `[a-z0-9]+`.
        placeholder: The variable that a value replaces, with its question mark: `?_mechanism_iri`, or
            `?__agent_iri` where it can be left out.
        classes: IRIs of the classes that a value may belong to; the datatype for a number or a text.
        required: Whether the query cannot run without it.
        values: Name of the canned query that lists its values, where there is one.
        type: What sort of term a value becomes.
    """

    name: str
    placeholder: str
    classes: tuple[str, ...]
    required: bool
    values: str | None = None
    type: ValueType = ValueType.IRI

    @property
    def sort(self) -> Sort:
        """What it is given: where it is neither a number nor a text, its classes tell."""
        if self.type is not ValueType.IRI:
            return Sort.NUMBER if self.type is ValueType.INTEGER else Sort.TEXT
        return _SORTS.get(self.classes[0], Sort.KIND)


_SORTS = {SOURCE: Sort.SOURCE, OWL + "ObjectProperty": Sort.RELATION}


@dataclass(frozen=True, slots=True)
class Check:
    """What it means that a query finds something.

    Attributes:
        level: How much it matters.
        problem: What is wrong with each row, in one sentence.
        solution: What to do about it, in one sentence.
    """

    level: Level
    problem: str
    solution: str


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """A canned query.

    Attributes:
        name: Its name, that of its file without the suffix.
        summary: The question that it answers, in one line.
        description: What its rows mean.
        tags: Words that group the queries.
        questions: Ways to ask it in English, `{param}` standing for a value.
        params: Its parameters, in the order of the header.
        empty: What an answer without stated rows says, `{param}` standing for a value.
        text: The SPARQL, header included.
        check: What its rows mean where it is a check, whose rows are failures.
        example: Values that it can be tried with, as pairs of a parameter's name and a value.
        sets: Two of its columns, where its answer is shown as the smallest sets of the one that cover the other.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    questions: tuple[str, ...]
    params: tuple[Param, ...]
    empty: str
    text: str
    check: Check | None = None
    sets: tuple[str, str] | None = None
    example: tuple[tuple[str, str], ...] = ()

    @property
    def short_name(self) -> str:
        """Its name without the prefix that says what sort of query it is."""
        return self.name.removeprefix("check-").removeprefix("construct-")


@dataclass(frozen=True, slots=True)
class Triple:
    """An edge between two exemplars, by their IRIs."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """What an OWL reasoner says of an ontology.

    Attributes:
        consistent: Whether it has a model at all; where not, the rest is empty.
        unsatisfiable: IRIs of the named classes that can have no member, sorted.
        subclasses: Pairs of named classes (sub, super) that are entailed and not written down, sorted.
        types: Pairs (individual, named class) that are entailed and not written down, sorted.
        edges: Property assertions between named individuals that are entailed and not written down, sorted.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    subclasses: tuple[tuple[str, str], ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    edges: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What a kind or relation is called.

    Attributes:
        iri: Its IRI.
        label: Its label.
        exact: Names that mean just this.
        related: Names that mean this in the right context (an elliptic or shortened name).
    """

    iri: str
    label: str
    exact: Sequence[str] = ()
    related: Sequence[str] = ()
