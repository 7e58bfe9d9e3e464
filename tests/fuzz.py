"""Throw changed files at the readers of RDF, ontologies, tables, queries and articles: an IrkgError or a result.

`python tests/fuzz.py [SECONDS] [SEED]` tells each failure once, with the input that makes it.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import invented
from irkg.annotate.terms import read_terminology
from irkg.catalogue import catalogue
from irkg.claims_files import claims_in
from irkg.errors import IrkgError
from irkg.lexicon import shipped_lexicon
from irkg.literature import read_literature
from irkg.ontology_file import read_quads, read_with_imports
from irkg.permitted import looks_elsewhere, own_query
from irkg.provisional import read_kinds
from irkg.rdf_files import check_xml
from irkg.reading import read_documents
from irkg.review import read_decisions
from irkg.sssom import read_mappings
from irkg.store import in_memory, open_dataset, run_query
from irkg.tables import read_sheet
from irkg.validate.shapes import read_shapes

_OWL = """<!DOCTYPE rdf:RDF [<!ENTITY obo "http://purl.obolibrary.org/obo/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xmlns:owl="http://www.w3.org/2002/07/owl#">
<owl:Class rdf:about="&obo;CL_0000084"><rdfs:label xml:lang="en">T cell</rdfs:label>
<rdfs:subClassOf rdf:resource="&obo;CL_0000542"/></owl:Class></rdf:RDF>"""
_TTL = """@prefix : <urn:x:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @base <urn:b> .
:S a sh:NodeShape ; sh:targetClass :A ; sh:property [ sh:path (:p :q) ; sh:minCount 1 ;
  sh:message "no \\u00e9"@en-GB ] .
:a :b 1.5e3, true, '''x''', <<( :a :b :c )>> ; :c [ :d () ] ."""
_TRIG = """@prefix irkg: <https://w3id.org/irkg/> . @prefix g: <https://w3id.org/irkg/graph/> .
g:ontology { <https://w3id.org/irkg/> irkg:schemaVersion 1 . }
<https://w3id.org/irkg/graph/claims/s> { irkg:c a irkg:Claim . }"""
_OBO = """format-version: 1.4

[Term]
id: CL:0000084
name: T cell
def: "A lymphocyte." [x:y]
synonym: "T lymphocyte" EXACT [] {comment="x"}
is_a: CL:0000542 ! lymphocyte

[Typedef]
id: part_of
"""
_SSSOM = """#curie_map:
#  CL: http://purl.obolibrary.org/obo/CL_
#mapping_set_id: urn:m
subject_id\tpredicate_id\tobject_id\tmapping_justification
CL:0000084\tskos:exactMatch\tCL:0000542\tsemapv:ManualMappingCuration
"""
_JSON = """{"@context": {"b": "urn:b", "@vocab": "urn:v:"}, "@id": "urn:a",
"b": [1, {"@value": "x", "@language": "en"}], "c": {"@list": [true]}}"""
_DECISIONS = 'claim\tdecision\treason\tby\nhttps://w3id.org/irkg/claim/x\trejected\t"too ""bold"""\tA. Curator\n'
_KINDS = (
    "kind\tdecision\tterm\tlabel\tdefinition\tparent\treason\tby\n"
    "https://w3id.org/irkg/provisional/red-cell\tpromote\t\tred cell\tA cell.\tT cell\tit is one\tA. Curator\n"
)
_CATALOG = '<!DOCTYPE c [<!ENTITY a "b">]><c xmlns="urn:x"><uri name="urn:m" uri="&a;.ttl"/></c>'
_ELSEWHERE = """PREFIX x: <urn:x:> # SERVICE
SELECT * FROM <urn:g> { ?s x:service "FROM \\" x" ; ?p 'it''s' .
 FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }"""
_LITERATURE = "source\tsubject\trelation\tobject\nx-2020\tT cell\tinhibits\tcancer cell\n"


@dataclass(frozen=True)
class Reader:
    """A reader with a file that it reads.

    Attributes:
        name: The name of the file.
        sample: What it holds, to be changed; bytes are changed one by one.
        read: The reader.
    """

    name: str
    sample: str | bytes
    read: Callable[[Path], object]


def _query(path: Path) -> object:
    found = run_query(in_memory([]), own_query(path.read_text(encoding="utf-8", errors="replace")))
    return list(found) if hasattr(found, "__next__") else found


def readers() -> Iterator[Reader]:
    """Yield every reader, with each of the samples that it is for."""
    of_rdf = {"a.ttl": _TTL, "a.owl": _OWL, "a.trig": _TRIG, "a.jsonld": _JSON, "a.nt": "_:a <urn:b> <urn:c> .\n"}
    for name, sample in of_rdf.items():
        yield Reader(name, sample, read_quads)
    yield Reader("a.owl", _OWL, read_with_imports)
    yield Reader("a.owl", _OWL, read_terminology)
    yield Reader("a.obo", _OBO, read_terminology)
    yield Reader("a.ttl", _TTL, lambda path: read_shapes([path]))
    yield Reader("a.trig", _TRIG, open_dataset)
    yield Reader("a.trig", _TRIG, claims_in)
    yield Reader("a.sssom.tsv", _SSSOM, read_mappings)
    yield Reader("a.tsv", _DECISIONS, read_decisions)
    yield Reader("a.tsv", _LITERATURE, lambda path: read_literature(path, shipped_lexicon()))
    yield Reader("a.csv", _LITERATURE.replace("\t", ","), lambda path: list(read_sheet(path, ["source", "object"])))
    kinds = {"https://w3id.org/irkg/provisional/red-cell": "red cell"}
    yield Reader("a.tsv", _KINDS, lambda path: read_kinds(path, shipped_lexicon(), kinds, {}))
    yield Reader("catalog.xml", _CATALOG, lambda path: check_xml(path.read_bytes(), path))
    for spec in list(catalogue().values())[::7]:
        yield Reader("a.rq", spec.text, _query)
    yield Reader("a.rq", _ELSEWHERE, _query)
    yield Reader("a.rq", _ELSEWHERE, lambda path: looks_elsewhere(path.read_text(encoding="utf-8", errors="replace")))
    articles = {
        "a.txt": invented.as_text(),
        "a.md": invented.as_markdown(),
        "a.xml": invented.as_jats(),
        "b.xml": invented.as_bioc(),
        "c.xml": invented.as_pubmed({"1": "Cancer cells recruit Tregs.", "2": "Tregs inhibit T cells."}),
        "a.html": invented.as_html(),
        "a.pdf": invented.as_pdf(),
    }
    for name, article in articles.items():
        yield Reader(name, article, read_documents)


_ODD = [
    "\0",
    "\1",
    "\ufeff",
    "\r",
    "\n",
    "\t",
    "\ud800",
    "\U0001f600",
    "\u2028",
    "\\u",
    "<![CDATA[",
    "&#0;",
    "&#xD800;",
]
_ODD += "\" ' < > & \\ [ ] ( ) { } @ ^^ # ]]> <!-- _: :: %00 é - ; , << >> 1e99".split()
_BYTES = st.binary(max_size=4).map(lambda found: found.decode("latin-1"))
_PIECE = st.one_of(st.sampled_from(_ODD), st.text(max_size=8), _BYTES)
_CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 30), _PIECE, st.integers(1, 40))


def changed(sample: str | bytes, changes: list[tuple[float, int, str, int]]) -> bytes:
    """Return a sample in which stretches are replaced by odd pieces, repeated or not.

    Args:
        sample: The text, or the bytes.
        changes: For each: where (a share of the length), how many characters go, what comes, and how often.
    """
    text = sample if isinstance(sample, str) else sample.decode("latin-1")
    for share, gone, piece, times in changes:
        at = int(share * len(text))
        text = text[:at] + piece * times + text[at + gone :]
    if isinstance(sample, bytes):
        return text.encode("latin-1", errors="replace")
    return text.encode("utf-8", errors="surrogatepass")


def fuzz(seconds: float, number: int, tell: Callable[[str], None]) -> int:
    """Run every reader on changed files for a time, and return how many failures were told.

    Args:
        seconds: How long, by the clock.
        number: The seed.
        tell: Is told each failure, by the place in the code where it arose only once.
    """
    seen: set[str] = set()
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < until:
            for reader in readers():
                number += 1
                for what, data in failures(reader, Path(folder) / reader.name, number):
                    lines = what.splitlines()
                    place = lines[-1][:60] + "".join(line for line in lines if "irkg" in line)[-150:]
                    if place not in seen:
                        seen.add(place)
                        tell(f"{reader.name}: {what[-700:]}\n{data!r}")
    return len(seen)


def failures(reader: Reader, path: Path, number: int, examples: int = 100) -> list[tuple[str, bytes]]:
    """Run a reader on changed files, and return what went wrong with what.

    Args:
        reader: The reader.
        path: The file to write them to.
        number: The seed.
        examples: How many files.
    """
    found: list[tuple[str, bytes]] = []

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(_CHANGE, min_size=1, max_size=4))
    def attempt(changes: list[tuple[float, int, str, int]]) -> None:
        data = changed(reader.sample, changes)
        path.write_bytes(data)
        kept.write_bytes(reader.name.encode() + b"\n" + data)
        signal.alarm(20)  # ends this process where a reader hangs, as native code may; the input is kept
        try:
            reader.read(path)
        except IrkgError as error:
            if "\n" in str(error) or len(str(error)) > 2_000:
                found.append((f"a long message: {str(error)[:200]}", data))
        except Exception:
            found.append((traceback.format_exc(), data))
        finally:
            signal.alarm(0)

    attempt()
    return found


kept = Path(tempfile.gettempdir()) / f"irkg-fuzz-{os.getpid()}"

if __name__ == "__main__":
    given_words = [float(word) for word in sys.argv[1:]]
    seconds, number = ((*given_words, 0.0) if given_words else (60.0, 0.0))[:2]
    told = fuzz(seconds, int(number), lambda line: sys.stdout.write(line + "\n") and None)
    sys.stdout.write(f"{told} failures\n")
    kept.unlink(missing_ok=True)
    sys.exit(1 if told else 0)
