"""How kinds and relations are called in the Biolink Model; a test holds every name against the model, version 4.4.6.

Where nothing in Biolink means the same, the nearest wider category or predicate stands, down to `NamedThing` and
`related_to`: a reader of the table then knows less, and nothing wrong. The exact relation is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

from irkg.vocab import IRKG, OBO

MODEL_VERSION = "4.4.6"
ANY_CATEGORY = "biolink:NamedThing"
ANY_PREDICATE = "biolink:related_to"
ASSOCIATION = "biolink:Association"

# By class: a kind takes the categories of the nearest of these that it is or is under.
CATEGORIES = {
    IRKG + "Activity": "biolink:Activity",
    IRKG + "AnatomicalSite": "biolink:AnatomicalEntity",
    IRKG + "Condition": "biolink:DiseaseOrPhenotypicFeature",
    IRKG + "Drug": "biolink:Drug",
    IRKG + "ImmunePhenotype": "biolink:PhenotypicFeature",
    IRKG + "Intervention": "biolink:ClinicalIntervention",
    IRKG + "Pathway": "biolink:Pathway",
    OBO + "CL_0000000": "biolink:Cell",
    OBO + "GO_0008150": "biolink:BiologicalProcess",
    OBO + "MONDO_0000001": "biolink:Disease",
    # "A molecule, a complex of molecules, or a kind of molecule": wider than Biolink's molecular entity
    IRKG + "MolecularEntity": "biolink:ChemicalEntity",
    IRKG + "Metabolite": "biolink:MolecularEntity",
    IRKG + "Antibody": "biolink:Protein",
    OBO + "PR_000001128": "biolink:Protein",
    IRKG + "CostimulatoryMolecule": "biolink:Protein",
    IRKG + "Cytokine": "biolink:Protein",
    IRKG + "CytokineReceptor": "biolink:Protein",
    IRKG + "CytotoxicMolecule": "biolink:Protein",
    IRKG + "ImmuneCheckpointMolecule": "biolink:Protein",
    IRKG + "ImmunoregulatoryEnzyme": "biolink:Protein",
    IRKG + "SignalingProtein": "biolink:Protein",
    OBO + "GO_0042101": "biolink:MacromolecularComplex",
    OBO + "GO_0042611": "biolink:MacromolecularComplex",
}

# By relation, in the direction that Biolink calls canonical where it has one; inverses are left out of the table
# because each of their edges stands there the other way round.
PREDICATES = {
    IRKG + "alters": "biolink:affects",
    IRKG + "depletes": "biolink:affects",
    IRKG + "downregulates": "biolink:affects",
    IRKG + "indirectlyInhibits": "biolink:affects",
    IRKG + "kills": "biolink:affects",
    IRKG + "recruits": "biolink:affects",
    IRKG + "upregulates": "biolink:affects",
    IRKG + "counters": "biolink:disrupts",
    IRKG + "impairs": "biolink:disrupts",
    IRKG + "inhibits": "biolink:disrupts",
    IRKG + "prevents": "biolink:disrupts",
    IRKG + "causes": "biolink:causes",
    IRKG + "enables": "biolink:contributes_to",
    IRKG + "promotes": "biolink:contributes_to",
    IRKG + "performs": "biolink:actively_involved_in",
    IRKG + "recognizes": "biolink:interacts_with",
    IRKG + "binds": "biolink:directly_physically_interacts_with",
    IRKG + "associatedWith": "biolink:associated_with",
    IRKG + "isTypeOf": "biolink:subclass_of",
    # Biolink keeps `treats` for what is approved or late in trials
    IRKG + "treats": "biolink:treats_or_applied_or_studied_to_treat",
    OBO + "BFO_0000051": "biolink:has_part",
    OBO + "RO_0001025": "biolink:located_in",
    OBO + "RO_0002292": "biolink:expresses",
    OBO + "RO_0003000": "biolink:produces",
    IRKG + "analyzes": ANY_PREDICATE,
    IRKG + "exploits": ANY_PREDICATE,
    IRKG + "requires": ANY_PREDICATE,
    IRKG + "resists": ANY_PREDICATE,
    IRKG + "tailoredTo": ANY_PREDICATE,
    IRKG + "targets": ANY_PREDICATE,
    IRKG + "targetsDriverOf": ANY_PREDICATE,
    IRKG + "uses": ANY_PREDICATE,
}

KNOWLEDGE_ASSERTION = "knowledge_assertion"
LOGICAL_ENTAILMENT = "logical_entailment"
AUTOMATED_AGENT = "automated_agent"
MANUAL_AGENT = "manual_agent"
TEXT_MINING_AGENT = "text_mining_agent"
VALIDATED_BY_HAND = "manual_validation_of_automated_agent"


def categories(ancestors: Iterable[str], ancestors_of: dict[str, set[str]]) -> tuple[str, ...]:
    """Return the Biolink categories of a kind.

    Args:
        ancestors: IRIs of the classes that it is or is under.
        ancestors_of: The same for each class of `CATEGORIES`.

    Returns:
        Those of the nearest classes of `CATEGORIES`, sorted; `biolink:NamedThing` where there are none.

    Example:
        >>> cell, disease = OBO + "CL_0000000", OBO + "MONDO_0000001"
        >>> above = {disease: {disease, IRKG + "Condition"}}
        >>> categories([disease, IRKG + "Condition"], above)
        ('biolink:Disease',)
        >>> categories([IRKG + "Strategy"], above)
        ('biolink:NamedThing',)
    """
    known = {c for c in ancestors if c in CATEGORIES}
    farther = {above for c in known for above in ancestors_of.get(c, set()) if above != c}
    return tuple(sorted({CATEGORIES[c] for c in known - farther})) or (ANY_CATEGORY,)
