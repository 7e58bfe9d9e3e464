"""Function words of English that the rules rest on; words that express a relation stand in the ontology."""

from __future__ import annotations

from irkg.model import Strength

# "the expression of antigens", "the likelihood of recognition": what is meant is the complement
TRANSPARENT_NOUNS = frozenset(
    (
        "ability abundance accumulation action activity amount aspect case challenge chance cohort complexity "
        "context count course degree efficacy emergence existence expression extent form fraction frequency function "
        "group half kind landscape level likelihood lot majority member number occurrence part percentage phenomenon "
        "pool population portion possibility potential presence probability proportion range rate repertoire "
        "resilience rest risk series set sign sort spectrum stage state status subset transcription type use variety "
        "web"
    ).split()
)
# Nouns whose infinitive says what their possessor can do: "the immune system's ability to recognize …"
ABILITY_NOUNS = frozenset("ability capability capacity competence power".split())
LIST_CUES = frozenset("including like".split())  # and "such as", which is two words
# "strategies to overcome it": the infinitive says what the noun does, not what its user does
INSTRUMENT_NOUNS = frozenset(
    "agent approach attempt drug effort intervention means method strategy therapy treatment way".split()
)
# "enable cells to escape": the object of these verbs is the subject of the infinitive
OBJECT_CONTROL_VERBS = frozenset(
    (
        "activate allow block cause direct drive educate enable encourage engineer equip force help induce instruct "
        "lead let license permit prime program prompt reprogram stimulate teach train trick trigger"
    ).split()
)
# "hold the potential to", "show promise in": a verb that says little over a noun that weakens
LIGHT_VERBS = frozenset("bear bring carry give have hold offer provide raise represent show".split())
# "the role of X in promoting Y": who holds it is the subject of what follows
ROLE_NOUNS = frozenset(
    "activity contribution function importance involvement mechanism participation role significance".split()
)
USE_VERBS = frozenset("administer apply deploy employ use utilise utilize".split())
MAKE_VERBS = frozenset("build construct create design develop engineer generate introduce synthesize".split())
USERS_OWN_VERBS = frozenset("adapt avoid elude escape evade grow proliferate resist survive withstand".split())
ONE_OF = frozenset("many most one several some three two".split())
# "both of which", "one of the cytokines": what is meant stands behind the "of"
SHARES = ONE_OF | frozenset("all both each either".split())
# "PD-L1 on their surface, which binds PD-1": what stands there binds
SURFACES = frozenset("membrane surface".split())
# "protect the body against cancer": what is said is done to the cancer
SHIELDING_VERBS = frozenset("defend guard protect shield".split())
CALLED = frozenset("called dubbed named termed".split())
NAMING_VERBS = frozenset("call define describe designate dub know name refer term".split())
# "A-induced B": A does it to B; "A-expressing B": B does it to A. In "A-deficient" and "A-treated", neither does.
DONE_BY = frozenset("cause control drive elicit evoke induce mediate promote regulate stimulate trigger".split())
DOING = frozenset("attract express inhibit produce recruit release secrete suppress target".split())
COPULAS = frozenset("be become constitute remain represent".split())
# "exhibits resistance to", "play a role in": the noun says what happens
SUPPORT_VERBS = frozenset(
    "acquire confer demonstrate develop display exert exhibit gain have hold maintain play possess retain show".split()
)
ACT_VERBS = frozenset("act emerge function operate serve work".split())
RELATIVE_PRONOUNS = frozenset("that which who".split())
PLURAL_PRONOUNS = frozenset("their them these they those".split())
SINGULAR_PRONOUNS = frozenset("it its".split())
DEMONSTRATIVES = frozenset("such that these this those".split())
# "a range of mechanisms", "several mechanisms": what follows may list them
ANNOUNCING_NOUNS = frozenset("array number range series set variety".split())

MODALS = {
    "can": Strength.ABILITY,
    "could": Strength.HEDGED,
    "may": Strength.HEDGED,
    "might": Strength.HEDGED,
    "should": Strength.HEDGED,
    "must": Strength.ASSERTED,
    "shall": Strength.FUTURE,
    "will": Strength.FUTURE,
    "would": Strength.HYPOTHETICAL,
}
# "it is unclear whether they grow", "if they grow"
DOUBTING_MARKS = {"whether": Strength.HEDGED, "if": Strength.HYPOTHETICAL}
# "cells that would otherwise attack": what they do unless hindered
COUNTERFACTUAL = frozenset("normally ordinarily otherwise usually".split())
# Verbs over a complement that weaken what it says
HEDGING_VERBS = frozenset(
    (
        "aim anticipate appear assume attempt believe consider design expect hope hypothesize intend postulate "
        "predict presume propose seek seem speculate strive suggest suspect think try"
    ).split()
)
HEDGING_NOUNS = frozenset("belief hope hypothesis likelihood possibility potential promise prospect suggestion".split())
# "no evidence that": what the noun's clause says is denied or doubted with the noun
EVIDENCE_NOUNS = frozenset("demonstration evidence indication proof sign".split())
WEAK_EVIDENCE = frozenset("anecdotal circumstantial conflicting indirect limited little preliminary some weak".split())
HEDGING_ADJECTIVES = frozenset("likely possible potential promising theoretical unclear unlikely".split())
HEDGING_ADVERBS = frozenset(
    (
        "apparently conceivably likely maybe perhaps possibly potentially presumably probably putatively supposedly "
        "theoretically"
    ).split()
)
NEGATING_ADVERBS = frozenset("hardly n't neither never nor not scarcely".split())
NEGATING_VERBS = frozenset("cease fail lack lose".split())
NEGATING_ADJECTIVES = frozenset("incapable insufficient powerless unable unlikely".split())
NEGATING_DETERMINERS = frozenset("neither no".split())
NEGATING_PREPOSITIONS = frozenset(("without", "rather than", "instead of"))
QUANTIFIERS = {
    "some": "some",
    "several": "some",
    "certain": "some",
    "few": "some",
    "many": "many",
    "most": "many",
    "multiple": "many",
    "numerous": "many",
    "various": "many",
    "all": "all",
    "every": "all",
    "each": "all",
}
NEED_WORDS = frozenset("critical essential necessary need require required sufficient".split())
BECOMING_VERBS = frozenset("appear be become get remain seem turn".split())
RESULT_ADVERBS = frozenset("consequently hence thereby therefore thus".split())
# Nouns that name no kind by themselves, however they are modified
EMPTY_NOUNS = frozenset(
    (
        "acknowledgement addition advance advantage aim amount analysis animal appendix article aspect assumption "
        "attempt attention author background basis bit bp case cause challenge change choice claim clue cm "
        "comparison conclusion condition consequence consideration context contrast contribution copy couple course "
        "criterion data dataset date datum day debate decade degree description detail difference difficulty "
        "direction discussion evidence example exception expectation experiment explanation extent fact feature "
        "field figure finding focus fraction goal group half hand hope hour human hypothesis idea "
        "implication importance indication individual information insight instance interest issue item kDa kb kda "
        "key kg kind knowledge length limitation line list literature littermate lot majority mean means member "
        "method mg minority minute ml mm model moment month mouse name nature need nm notion number objective "
        "observation occasion one option order other output page pair panel paper part participant percentage period "
        "person perspective phase picture piece place point portion position possibility potential practice problem "
        "progress proof proportion proposal prospect purpose quality question range rat rate ratio reader reality "
        "reason recent report requirement respect rest result review role room rule sake sample scale scenario scope "
        "search second section sense series set setting share shift side significance similarity situation size sort "
        "source speed stage state statement step story strain study subject success suggestion sum summary support "
        "table task technique term theme theory thing thought time title today topic total trend truth turn type "
        "understand understanding unit up use value variation variety version view volunteer way week while work "
        "world year yes"
    ).split()
)
# Nouns that name a kind only with a modifier or complement: "growth factor", not "factors"
BARE_NOUNS = frozenset(
    (
        "absence agent area component compound condition effect element entity environment event factor feature lack "
        "loss mechanism process product property region structure substance system unit"
    ).split()
)
# Modifiers that only count, compare or point
EMPTY_MODIFIERS = frozenset(
    (
        "additional aforementioned another any appropriate available both certain common current different distinct "
        "diverse either enough entire equal few first following former further given great greater high-quality "
        "important individual key large last latter least less main major more most much multiple neither new next "
        "no notable novel only other others overall own particular particularly possible potential present previous "
        "promising recent related relevant remaining respective same second several significant similar single so "
        "some special specific subsequent such surprising third three total two unknown unprecedented usual various "
        "very well whole wide"
    ).split()
)
# Nouns whose complement behind "with" belongs to their name: "treatment with interferon"
DOING_NOUNS = frozenset("coinfection infection immunization stimulation therapy treatment vaccination".split())
# Nouns whose complement behind "in" belongs to their name: "mutations in the gene"
CHANGE_NOUNS = frozenset(
    (
        "alteration amplification change decrease defect deletion expression increase mutation polymorphism "
        "reduction variant"
    ).split()
)
# Nouns whose complement behind "to" belongs to their name: "resistance to chemotherapy"
RELATIONAL_NOUNS = frozenset(
    "adhesion binding exposure immunity resistance response sensitivity susceptibility tolerance".split()
)
# Verbs of everyday English that express a relation only where the ontology knows what their object is
VAGUE_VERBS = frozenset(
    (
        "bear call carry determine develop discover display draw emerge enter exhibit explore express find form have "
        "hide identify investigate lose make open possess present provide receive represent reveal review see show "
        "study take uncover understand unite"
    ).split()
)
# Where several relations fit equally well, the first of these is meant
PREFERRED_RELATIONS = tuple(
    (
        "causes promotes impairs prevents inhibits depletes kills targets uses resists recruits treats produces "
        "expresses locatedIn"
    ).split()
)
# "through", "via" and "by" name the means of what a verb says
MEANS_PREPOSITIONS = frozenset("by through via".split())
# Words that can be a verb or a noun: the parser must find out which
NOUN_OR_VERB = frozenset(
    (
        "abundance access account act advance affect aid aim alter answer approach arrest assay attach attack "
        "attempt author balance bar bear benefit block boost break bridge build bypass call care carry cause "
        "challenge change channel charge clear code combat complex compound compromise conduct conflict "
        "contact contract contrast control counter couple cover cross culture cure cut damage decrease delay "
        "demand deposit design discharge display dock drain draw drive ease eat edit effect end engineer "
        "enter escape exhaust exhibit experience experiment export express expression extract favor favour "
        "feature fight find fit form foster fuel function gain give go guide halt handle harbor harbour harm "
        "head help hide hit home house hunt impact implant import increase influence insult interface "
        "interplay isolate kill label lack lead level license limit link lure make manage map mark mask match "
        "matter mean measure migrate mold molecule mount need object offer open order pair parallel pass "
        "patch pave permit place plan play point pool presence prime process profile program prompt protest "
        "purge purpose question raise range rank rate reach read reason rebound record release remedy report "
        "represent request rescue research reserve rest result retard return reverse review rise risk root "
        "rule run screen search sequence serve set shape share shed shift show signal silence slow sort sound "
        "source spark spawn speed split spot spread spur stain start state stem stop store strain stress "
        "structure study subject supply support surge surround survey switch tailor take target taste test "
        "tie trace track traffic trail train transcription transfer translation transplant transport trap "
        "treat trick trigger try tune turn type unite use value view visit ward wind wipe work wound"
    ).split()
)
# What there is more of when a molecule is upregulated
EXPRESSION_NOUNS = frozenset(
    "abundance amount concentration expression level presence quantity transcription translation".split()
)
# "low glucose", "reduced expression of A": the modifier turns round what is said
TURNING_MODIFIERS = frozenset(
    (
        "absent compromised decreased defective deficient depleted diminished dysfunctional impaired inactive "
        "inadequate ineffective inefficient insufficient lacking limited lost low lower poor reduced scarce scant "
        "suboptimal weak weakened"
    ).split()
)
