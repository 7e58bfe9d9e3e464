"""What is thrown at irkg, and what came of it: the table of docs/reliability.md.

`python tests/reliability.py` runs every case and writes the table anew; `tests/test_reliability.py` holds each row
true.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from irkg import resources
from irkg.cli import main
from irkg.rdf_files import read_rdf
from irkg.store import save_dataset
from irkg.vocab import PREFIXES
from loopback import listening
from own_process import OwnProcess

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reliability.md"
SECRET = "the secret of another file"
_ELSEWHERE = re.compile(r"127\.0\.0\.1:\d+")
_SECRET_FILE = re.compile(r"file:[^ >]*/secret\.ttl")
_LONGEST = 150  # characters of a message that the table shows


@dataclass(frozen=True)
class Case:
    """Something hostile or broken.

    Attributes:
        what: What it is, as the table calls it.
        words: The command; `{url}` in it and in the content is an address that counts requests, `{secret}` the URL of
            a file that nobody named.
        files: What lies in the folder that the command runs in, by name; a path is copied.
        section: The heading that it stands under.
        megabytes: What no process of it may take.
    """

    what: str
    words: tuple[str, ...]
    files: dict[str, str | bytes | Path | Callable[[], bytes]]
    section: str
    megabytes: int = 500

    @property
    def seconds(self) -> float:
        """Processor time that it may take: what --timeout says, and a second; ten where nothing says it."""
        return float(self.words[self.words.index("--timeout") + 1]) + 1 if "--timeout" in self.words else 10.0


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    Attributes:
        code: The exit code.
        out: What stood on standard output.
        said: What stood on standard error.
        changed: Files that are new, gone or different.
        asked: What was asked of the address.
        megabytes: The most memory that one of its processes held.
        seconds: The processor time of all of them.
    """

    code: int
    out: str
    said: str
    changed: list[str]
    asked: list[str]
    megabytes: float
    seconds: float

    def row(self, case: Case) -> str:
        """Return the row of the table."""
        told = self.said.strip().removeprefix("irkg: ") if self.code == 2 else "accepted"
        told = re.sub(r"\s+", " ", _ELSEWHERE.sub("127.0.0.1", told)).replace("|", "\\|")
        told = _SECRET_FILE.sub("file:///…/secret.ttl", told)
        shown = told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
        command = " ".join(w if len(w) < 30 else "…" for w in case.words)
        return f"| {case.what} | `{command}` | {self.code} | {shown} |"


def _nested(inner: str, times: int, left: str = "(", right: str = ")") -> str:
    return left * times + inner + right * times


def _query(what: str, sparql: str, *words: str) -> Case:
    return Case(what, ("query", "--file", "q.rq", *words), {"q.rq": sparql}, "Queries")


_LONG = "SELECT * { ?s " + "/".join(["irkg:recruits"] * 2_000) + " ?o }"
QUERIES = [
    _query("SERVICE", "SELECT * { SERVICE <{url}/sparql> { ?s ?p ?o } }"),
    _query("SERVICE SILENT, in escapes", "SELECT * { \\u0053ERVICE SILENT <{url}/sparql> { ?s ?p ?o } }"),
    _query("SERVICE of a variable", "SELECT * { ?s irkg:recruits ?o SERVICE ?s { ?a ?b ?c } }"),
    _query("LOAD of a URL", "LOAD <{url}/data.ttl>"),
    _query("LOAD of a file behind a prologue", "PREFIX a: <urn:a>\nLOAD <{secret}> INTO GRAPH <urn:g>"),
    _query("INSERT", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"),
    _query("FROM a URL", "SELECT *\nFROM <{url}/data.ttl> { ?s ?p ?o }"),
    _query("FROM a URL by a prefix", "PREFIX e: <{url}/>\nSELECT * FROM NAMED e:x { GRAPH ?g { ?s ?p ?o } }"),
    _query("FROM a file", "SELECT * FROM <{secret}> { ?s ?p ?o }"),
    _query("5,000 nested brackets", "ASK { FILTER(" + _nested("1", 5_000) + ") }"),
    _query("5,000 nested groups", "ASK " + _nested("?s ?p ?o", 5_000, "{", "}")),
    _query("45 nested brackets, and a comment that looks bad", "ASK { FILTER(" + _nested("1", 45) + ") } # SERVICE"),
    _query("a path of 2,000 steps", _LONG),
    _query("20,000 operators in a row", "ASK { FILTER(1" + "+1" * 20_000 + ") }"),
    _query("a name of 100,000 dotted words without an end", "ASK { " + "a." * 99_000 + " }"),
    _query("a string without an end", "ASK { ?s ?p '''" + "a'" * 50_000),
    _query("a cartesian COUNT", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "--timeout", "0.9"),
    _query("a cartesian result", "SELECT * { ?a ?b ?c . ?d ?e ?f }", "--memory", "100"),
    _query("a repetition of repetitions in a regular expression", r'ASK { FILTER(REGEX("a", "(a{1000}){1000}")) }'),
    _query("a catastrophic regular expression", 'ASK { FILTER(REGEX("' + "a" * 5_000 + '!", "^(a+)+$")) }'),
    _query("a query that is not UTF-8", "ASK { ?s ?p '\udcff' }"),
    _query("an empty query", ""),
    _query("a NUL", "ASK { ?s ?p 'a\0' }"),
    Case("a question of 50,000 words", ("ask", "which strategies counter " + "Tregs and " * 25_000), {}, "Queries"),
    Case("a value that breaks out", ("query", "recruited-by", "--agent", '"} DELETE WHERE { ?s ?p ?o'), {}, "Queries"),
    _query("half a query", "SELECT ?s {\n ?s irkg:recruits"),
]


def _read(what: str, name: str, content: str | bytes | Callable[[], bytes], *others: str, **files: str) -> Case:
    words = tuple(others) or ("report",)
    return Case(what, (*words, name), {name: content, **files}, "RDF and ontologies")


PREFIX = "@prefix : <urn:x:> .\n"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="urn:x:">\n'
ITEM = RDF + '<D rdf:about="urn:a"><b>{}</b></D>\n</rdf:RDF>'


def laughing(leaf: str, times: int) -> str:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, times))
    return f'<!DOCTYPE rdf:RDF [<!ENTITY a0 "{leaf}">{levels}]>\n' + ITEM.format(f"&a{times - 1};")


def external(what: str) -> str:
    return f"<!DOCTYPE rdf:RDF [{what}]>\n" + ITEM.format("&x;")


def _huge() -> bytes:
    return PREFIX.encode() + b':a :b "' + b"x" * 200_000_000 + b'" .'


def _many() -> bytes:
    return PREFIX.encode() + b"".join(b":a :b %d .\n" % n for n in range(400_000))


_SHOWN = '<!ENTITY % x SYSTEM "{url}/x"> %x;'
_CATALOG = (
    '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"><uri name="urn:m" uri="../secret.ttl"/></catalog>'
)
_HEAD = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
_TABLE = "name\tvalue\na\tb\tc\n"
FILES = [
    _read("truncated Turtle", "cut.ttl", PREFIX + ":a :b :c .\n:a :b "),
    _read("truncated Turtle, inside a string", "cut.ttl", PREFIX + ':a :b """x', "validate"),
    _read("truncated RDF/XML", "cut.owl", RDF + '<D rdf:about="urn:a"><b>x</b>'),
    _read("truncated RDF/XML, to reason over", "cut.owl", RDF + "<D", "reason"),
    _read(
        "truncated TriG, as a knowledge graph", "cut.trig", PREFIX + ":g { :a :b ", "export", "--format", "nt", "--kg"
    ),
    _read("truncated claims", "cut.trig", PREFIX + ":g { :a", "build", "-o", "kg", "--claims"),
    _read("truncated RDF/XML, to build on", "cut.owl", RDF + "<D", "build", "-o", "kg", "--ontology"),
    _read(
        "truncated RDF/XML, to annotate by", "cut.owl", RDF + "<D", "annotate", "a.txt", "--ontology", **{"a.txt": "T"}
    ),
    _read("billion laughs", "laughs.owl", laughing("lol", 10)),
    _read("billion laughs, as shapes", "laughs.owl", laughing("lol", 10), "validate", "--shapes"),
    _read(
        "billion laughs, to annotate by",
        "l.owl",
        laughing("l", 10),
        "annotate",
        "a.txt",
        "--ontology",
        **{"a.txt": "T"},
    ),
    _read("quadratic entities", "long.owl", laughing("x" * 50_000, 1)),
    _read("an external entity, http", "x.owl", external('<!ENTITY x SYSTEM "{url}/x">'), "reason"),
    _read("an external entity, file", "x.owl", external('<!ENTITY x SYSTEM "{secret}">')),
    _read("an external entity of the declarations", "x.owl", external(_SHOWN)),
    _read(
        "an external DTD",
        "x.owl",
        '<!DOCTYPE rdf:RDF SYSTEM "{url}/x.dtd">\n' + ITEM.format("x"),
        "reason",
        "--reasoner",
        "irkg",
    ),
    _read("an HTML page named .owl", "page.owl", "<!DOCTYPE html>\n<html><head><meta charset=utf-8></head></html>"),
    _read(
        "an XHTML page named .owl", "page.owl", '<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>'
    ),
    _read("a context of JSON-LD elsewhere", "x.jsonld", '{"@context": "{url}/context", "@id": "urn:a", "b": "c"}'),
    _read(
        "a context of JSON-LD in another file",
        "x.jsonld",
        '{"@context": "{secret}", "@id": "urn:a", "b": "c"}',
        "validate",
    ),
    _read("UTF-16 Turtle", "wide.ttl", (PREFIX + ":a :b :c .").encode("utf-16")),
    _read("UTF-16 RDF/XML", "wide.owl", ITEM.format("x").encode("utf-16")),
    _read("Latin-1 Turtle", "latin.ttl", (PREFIX + ':a :b "na\u00efve" .').encode("latin-1")),
    _read("a lone surrogate in an escape", "lone.ttl", PREFIX + ':a :b "\\uD800" .'),
    _read("a lone surrogate in UTF-8", "lone.ttl", PREFIX.encode() + b':a :b "\xed\xa0\x80" .'),
    _read("NUL in Turtle", "nul.ttl", PREFIX + ':a :b "x\0" .'),
    _read("U+0001 in Turtle", "one.ttl", PREFIX + ':a :b "x\1" .', "build", "-o", "kg", "--ontology"),
    _read("U+0001 in an escape", "one.ttl", PREFIX + ':a :b "x\\u0001" .'),
    _read("NUL in RDF/XML", "nul.owl", ITEM.format("x\0")),
    _read("elements nested 50,000 deep", "deep.owl", RDF + "<D><b>" * 25_000 + "</b></D>" * 25_000 + "</rdf:RDF>"),
    _read("JSON-LD nested 50,000 deep", "deep.jsonld", '{"urn:b": ' * 50_000 + "1" + "}" * 50_000),
    _read("relative IRIs without a base, Turtle", "relative.ttl", "<a> <b> <c> ."),
    _read("relative IRIs without a base, RDF/XML", "relative.owl", ITEM.format("x").replace("urn:a", "a")),
    _read("a text of 200 MB", "huge.ttl", _huge),
    _read("400,000 triples in little time", "many.ttl", _many, "--timeout", "0.1", "report"),
    _read("400,000 triples in little memory", "many.ttl", _many, "--memory", "50", "report"),
    _read("an empty file", "empty.ttl", ""),
    _read("a file of spaces and comments", "empty.ttl", " # nothing\n"),
    _read("another suffix", "x.docx", "PK"),
    _read("bytes of everything", "bytes.ttl", bytes(range(256))),
    _read(
        "a catalog that leads out of the folder",
        "o.ttl",
        _HEAD + "<urn:o> a owl:Ontology ; owl:imports <urn:m> .",
        "reason",
        **{"catalog-v001.xml": _CATALOG},
    ),
    _read(
        "owl:imports of a URL and of a file",
        "imports.ttl",
        _HEAD + "<urn:o> a owl:Ontology ; owl:imports <{url}/m>, <{secret}> .",
        "reason",
        "--reasoner",
        "irkg",
    ),
    _read(
        "a packed file that is damaged",
        "x.owl.gz",
        b"\x1f\x8b\x08\0" + b"\0" * 30,
        "annotate",
        "a.txt",
        "--ontology",
        **{"a.txt": "T"},
    ),
    _read(
        "a gzip bomb",
        "x.owl.gz",
        lambda: gzip.compress(RDF.encode() + b"<a>" * 3_000_000),
        "annotate",
        "a.txt",
        "--ontology",
        **{"a.txt": "T"},
    ),
    _read("a table of decisions without its columns", "x.tsv", _TABLE, "build", "-o", "kg", "--review"),
]
HARMLESS = [
    _read(
        "a byte order mark",
        "mark.ttl",
        b"\xef\xbb\xbf" + (PREFIX + ":a :b :c .").encode(),
        "reason",
        "--reasoner",
        "irkg",
    ),
    _read("CRLF", "crlf.ttl", (PREFIX + ":a :b :c .\n").replace("\n", "\r\n"), "reason", "--reasoner", "irkg"),
    _read(
        "20,000 prefixes",
        "many.ttl",
        "".join(f"@prefix p{n}: <urn:{n}:> .\n" for n in range(20_000)) + "p1:a p2:b p3:c .",
        "reason",
        "--reasoner",
        "irkg",
    ),
    _read(
        "1e9999999 as a decimal",
        "large.ttl",
        PREFIX + ':a :b "1e9999999"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
        "validate",
    ),
    _read(
        "lists nested 50,000 deep in Turtle",
        "deep.ttl",
        PREFIX + ":a :b " + _nested("", 50_000) + " .",
        "reason",
        "--reasoner",
        "irkg",
    ),
]


def run(case: Case, folder: Path, url: str, asked: list[str], light: OwnProcess) -> Outcome:
    """Run the command of a case in a folder and a process of its own.

    Args:
        case: The case.
        folder: An empty folder.
        url: The address that counts requests.
        asked: The requests.
        light: The process that is forked for it.
    """
    place = folder / "in"
    place.mkdir()
    secret = folder / "secret.ttl"
    secret.write_text(f'<urn:a> <urn:b> "{SECRET}" .')

    def filled(text: str) -> str:
        return text.replace("{url}", url).replace("{secret}", secret.as_uri())

    for name, given in case.files.items():
        if isinstance(given, Path):
            shutil.copytree(given, place / name)
            continue
        content = given if isinstance(given, str | bytes) else given()
        raw = filled(content).encode(errors="surrogateescape") if isinstance(content, str) else content
        (place / name).write_bytes(raw)
    before = _held(folder)
    already = len(asked)
    code, peak, seconds = light(forked, tuple(filled(word) for word in case.words), str(place))
    out, said = ((folder.parent / f"{folder.name}.{stream}").read_text(errors="replace") for stream in ("out", "said"))
    after = _held(folder)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return Outcome(code, out, said, changed, asked[already:], peak, seconds)


def forked(words: tuple[str, ...], place: str) -> tuple[int, float, float]:
    """Run a command in a fork of this process, its output beside the folder above.

    Returns:
        Its exit code, negative for a signal; the most megabytes that it or one of its processes held; and the seconds
        of processor time that all of them took.
    """
    child = os.fork()
    if not child:
        code = 1
        try:
            for number, stream in ((1, "out"), (2, "said")):
                beside = Path(place).parents[1] / f"{Path(place).parent.name}.{stream}"
                os.dup2(os.open(beside, os.O_WRONLY | os.O_CREAT), number)
            os.chdir(place)
            main(list(words))
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024 / 1e6, used.ru_utime + used.ru_stime


@cache
def graph_folder() -> Path:
    """Return a knowledge graph in a folder, to be copied."""
    place = Path(tempfile.mkdtemp()) / "kg"
    save_dataset(read_rdf(resources.graph_file(), ox.RdfFormat.TRIG), place, PREFIXES)
    return place


def _held(folder: Path) -> dict[str, str]:
    """Return what lies in a folder: the digest of each file, and where each link leads."""
    found: dict[str, str] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            with path.open("rb") as handle:
                found[name] = hashlib.file_digest(handle, "sha256").hexdigest()
        else:
            found[name] = ""
    return found


CASES = [*QUERIES, *FILES, *HARMLESS]


def rows() -> Iterator[tuple[Case, str]]:
    """Run every case, and yield it with its row."""
    with listening(SECRET) as (url, asked), OwnProcess() as light, tempfile.TemporaryDirectory() as folder:
        for n, case in enumerate(CASES):
            own = Path(folder) / str(n)
            own.mkdir()
            yield case, run(case, own, url, asked, light).row(case)


def table() -> str:
    """Return the table of all cases, a part for each section."""
    parts: dict[str, list[str]] = {}
    for case, row in rows():
        parts.setdefault(case.section, []).append(row)
    head = "| input | command | exit | outcome |\n| --- | --- | --- | --- |\n"
    return "\n".join(f"### {section}\n\n{head}" + "\n".join(lines) + "\n" for section, lines in parts.items())


START, END = "<!-- table: python tests/reliability.py -->\n", "<!-- end of the table -->\n"

if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before_it, rest = page.split(START)
    PAGE.write_text(before_it + START + "\n" + table() + "\n" + END + rest.split(END)[1], encoding="utf-8")
    sys.stderr.write(f"{PAGE}: {len(CASES)} cases\n")
