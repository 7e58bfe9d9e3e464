"""What is hostile or broken, at every place where a file enters: one line that names it, and nothing else happens."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reliability
from irkg.cli import main
from own_process import OwnProcess
from reliability import ITEM, PREFIX, RDF, Case

Content = str | bytes | Callable[[], bytes]

# What others wrote enters as FILE; the suffixes that it may have there, the first for what has none of its own.
OF_ONTOLOGIES = (".ttl", ".owl", ".jsonld", ".trig", ".nt")
OF_GRAPHS = (".trig", ".nq")
RDF_ENTRIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "validate": ("validate FILE", OF_ONTOLOGIES),
    "validate --fix": ("validate FILE --fix patch.ru -o found.tsv", OF_ONTOLOGIES),
    "validate --shapes": ("validate good.ttl --shapes FILE", OF_ONTOLOGIES),
    "report": ("report FILE -o found.tsv", OF_ONTOLOGIES),
    "report --coverage": ("report --coverage FILE", OF_ONTOLOGIES),
    "reason": ("reason --reasoner irkg FILE", OF_ONTOLOGIES),
    "annotate --ontology": ("annotate a.txt --ontology FILE -o found.tsv", OF_ONTOLOGIES),
    "build --ontology": ("build --ontology FILE -o kg", OF_ONTOLOGIES),
    "build --claims": ("build --claims FILE -o kg", OF_GRAPHS),
    "build --claims FOLDER": ("build --claims . -o kg", OF_GRAPHS),
    "query --kg": ("query mechanisms --kg FILE", OF_GRAPHS),
    "query --sparql --kg": ("query --sparql ASK{} --kg FILE", OF_GRAPHS),
    "ask --kg": ("ask mechanisms --kg FILE", OF_GRAPHS),
    "explain --kg": ("explain Tregs inhibits cancer --kg FILE", OF_GRAPHS),
    "export --kg": ("export --kg FILE -o out.ttl", OF_GRAPHS),
    "review --kg": ("review --kg FILE -o out.tsv", OF_GRAPHS),
    "retract --kg": ("retract eran-2023 --kg FILE", OF_GRAPHS),
    "report --kg": ("report --kg FILE", OF_GRAPHS),
    "publish --kg": ("publish --kg FILE --endpoint {url}/store", OF_GRAPHS),
    "serve --kg": ("serve --kg FILE --port 0", OF_GRAPHS),
}
TRIPLE = PREFIX + ":a :b :c .\n"
LITERAL = {
    ".ttl": PREFIX + ':a :b "{}" .',
    ".trig": PREFIX + ':a :b "{}" .',
    ".nt": '<urn:a> <urn:b> "{}" .',
    ".nq": '<urn:a> <urn:b> "{}" .',
    ".owl": ITEM,
    ".jsonld": '{{"@id": "urn:a", "urn:b": "{}"}}',
}


def _long(suffix: str, characters: int) -> bytes:
    return LITERAL[suffix].format("x" * characters).encode()


INPUTS: dict[str, tuple[tuple[str, ...], Callable[[str], Content]]] = {
    "cut off": (tuple(LITERAL), lambda suffix: LITERAL[suffix].format("x")[:-9].encode()),
    "a text of 11 MB": (tuple(LITERAL), lambda suffix: _long(suffix, 11_000_000)),
    "NUL": (tuple(LITERAL), lambda suffix: LITERAL[suffix].format("\0")),
    "U+0001": (tuple(LITERAL), lambda suffix: LITERAL[suffix].format("\1")),
    "a lone surrogate": (
        tuple(LITERAL),
        lambda suffix: LITERAL[suffix].format("@").encode().replace(b"@", b"\xed\xa0\x80"),
    ),
    "UTF-16": (tuple(LITERAL), lambda suffix: LITERAL[suffix].format("x").encode("utf-16")),
    "a page of HTML": (tuple(LITERAL), lambda _: "<!-- a -->" * 40 + "<!DOCTYPE html><html></html>"),
    "comments without an end": (tuple(LITERAL), lambda _: "<!-- a -->" * 5_000 + "x"),
    "nothing": (tuple(LITERAL), lambda _: ""),
    "every byte": (tuple(LITERAL), lambda _: bytes(range(256)) * 50),
    "lists nested 50,000 deep": ((".ttl", ".trig"), lambda _: PREFIX + ":a :b " + "(" * 50_000 + ")" * 50_000 + " ."),
    "objects nested 50,000 deep": ((".ttl", ".trig"), lambda _: PREFIX + ":a :b " + "[:b " * 50_000),
    "triples nested 5,000 deep": ((".ttl", ".nt"), lambda _: "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 5_000),
    "elements nested 50,000 deep": ((".owl",), lambda _: RDF + "<D><b>" * 25_000 + "</b></D>" * 25_000 + "</rdf:RDF>"),
    "JSON nested 50,000 deep": ((".jsonld",), lambda _: '{"urn:b": ' * 50_000 + "1" + "}" * 50_000),
    "relative IRIs": ((".ttl", ".nt", ".trig", ".nq"), lambda _: "<a> <b> <c> ."),
    "billion laughs": ((".owl",), lambda _: reliability.laughing("lol", 10)),
    "quadratic entities": ((".owl",), lambda _: reliability.laughing("x" * 200, 1).replace("&a0;", "&a0;" * 100_000)),
    "an external entity, http": ((".owl",), lambda _: reliability.external('<!ENTITY x SYSTEM "{url}/x">')),
    "an external entity, file": ((".owl",), lambda _: reliability.external('<!ENTITY x SYSTEM "{secret}">')),
    "a context elsewhere": ((".jsonld",), lambda _: '{"@context": "{url}/c", "@id": "urn:a", "b": "c"}'),
    "a context imported": (
        (".jsonld",),
        lambda _: '{"@context": {"@version": 1.1, "@import": "{secret}"}, "@id": "urn:a"}',
    ),
}
OFTEN = ("cut off", "NUL", "lists nested 50,000 deep", "a context elsewhere", "an external entity, http")


def _rdf_cases() -> Iterator[Case]:
    """Yield each input at each entry that takes its syntax, in one of the syntaxes that both have in turn."""
    for turn, (entry, (words, taken)) in enumerate(RDF_ENTRIES.items()):
        for what, (suffixes, content) in INPUTS.items():
            both = [s for s in taken if s in suffixes]
            if not both:
                continue
            suffix = both[turn % len(both)]
            name = "x" + suffix
            files = {name: content(suffix), "good.ttl": TRIPLE, "a.txt": "Tregs."}
            given = tuple(word.replace("FILE", name) for word in words.split())
            if entry == "build --claims FOLDER" and what == "nothing":
                continue  # an article without a claim among others is no fault
            yield Case(f"{entry}: {what}", given, dict(files), entry)


TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "review --in": ("review --kg kg --in x.tsv", ("kg",)),
    "build --review": ("build --review x.tsv -o new", ()),
    "build --claims table": ("build --claims x.tsv -o new", ()),
    "annotate --ontology OBO": ("annotate a.txt --ontology x.obo", ()),
    "imports": ("imports . -o modules", ()),
}
DECISIONS = "claim\tdecision\treason\n"
TABLE_INPUTS: dict[str, Content] = {
    "NUL": "claim\tdecision\treason\n\0\ta\tb\n",
    "UTF-16 without a mark": DECISIONS.encode("utf-16-le"),
    "a lone surrogate": DECISIONS.encode() + b"\xed\xa0\x80\ta\tb\n",
    "Latin-1": DECISIONS.encode() + b"na\xefve\ta\tb\n",
    "a page of HTML": "<!DOCTYPE html>\n<html></html>\n",
    "a workbook": b"PK\x03\x04" + bytes(range(256)),
    "nothing": "",
    "every byte": bytes(range(256)) * 50,
    "a text of 11 MB": DECISIONS + "x" * 11_000_000 + "\trejected\ty\n",
    "a text of 11 MB in a column": "curie\tlabel\tfile_version\tlicence\n" + "x" * 11_000_000 + "\ty\n",
    "a quote without an end": DECISIONS + '"' + "x\n" * 100_000,
}
TEXTS = {
    "fill": "fill x.txt -o found.tsv --text texts.txt",
    "fill --kg": "fill x.txt --kg kg",
    "fill FOLDER": "fill . -o claims",
    "annotate": "annotate x.txt -o found.tsv",
    "query --file": "query --file x.txt -o found.tsv",
    "validate --source-text": "validate good.ttl --source-text x.txt -o found.tsv",
    "reason --source-text": "reason good.ttl --reasoner irkg --source-text x.txt -o found.tsv",
    "ask --source-text": "ask mechanisms --source-text x.txt -o found.tsv",
}
TEXT_INPUTS: dict[str, Content] = {
    "NUL": "Tregs\0act.",
    "UTF-16": "Tregs act.".encode("utf-16"),
    "Latin-1": b"Na\xefve cells act.",
    "a lone surrogate": b"Tregs \xed\xa0\x80 act.",
    "nothing": " \n",
    "every byte": bytes(range(256)),
    "unpacks to nothing known": gzip.compress(b"\0" * 30_000_000),
}


def _other_cases() -> Iterator[Case]:
    for entry, (words, folders) in TABLES.items():
        for what, content in TABLE_INPUTS.items():
            name = {"imports": "terms.tsv", "annotate --ontology OBO": "x.obo"}.get(entry, "x.tsv")
            files: dict[str, str | bytes | Path | Callable[[], bytes]] = {name: content, "a.txt": "Tregs."}
            files |= {folder: reliability.graph_folder() for folder in folders}
            yield Case(f"{entry}: {what}", tuple(words.split()), files, entry)
    for entry, given in TEXTS.items():
        for what, content in TEXT_INPUTS.items():
            files = {"x.txt": content, "good.ttl": TRIPLE}
            if entry == "fill FOLDER":
                del files["good.ttl"]
            if entry == "fill --kg":
                files["kg"] = reliability.graph_folder()
            yield Case(f"{entry}: {what}", tuple(given.split()), files, entry)


def _marked(case: Case) -> object:
    often = case.what.partition(": ")[2] in (*OFTEN, "Latin-1")
    return pytest.param(case, id=case.what, marks=() if often else pytest.mark.thorough)


CASES = [*_rdf_cases(), *_other_cases()]


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[str]]]:
    with reliability.listening(reliability.SECRET) as found:
        yield found


@pytest.fixture(scope="module")
def light() -> Iterator[OwnProcess]:
    with OwnProcess() as process:
        yield process


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_one_line_and_nothing_else(
    case: Case, tmp_path: Path, listener: tuple[str, list[str]], light: OwnProcess
) -> None:
    (tmp_path / "own").mkdir()
    outcome = reliability.run(case, tmp_path / "own", *listener, light)
    assert (outcome.code, outcome.out, outcome.asked, outcome.changed) == (2, "", [], []), outcome.said
    assert outcome.said.count("\n") == 1
    assert outcome.said.startswith("irkg: ")
    named = next(name for name in case.files if name not in ("good.ttl", "a.txt", "kg"))
    assert named in outcome.said
    assert reliability.SECRET not in outcome.said
    assert outcome.megabytes < case.megabytes
    assert outcome.seconds < case.seconds


def _claims(folder: Path) -> list[str]:
    (folder / "claims.trig").symlink_to(folder.parent / "other" / "claims.trig")
    return ["build", "--claims", str(folder), "-o", str(folder.parent / "new")]


def _graph(folder: Path) -> list[str]:
    shutil.copytree(reliability.graph_folder(), folder, dirs_exist_ok=True)
    moved = sorted(folder.glob("*.sst"))[0]
    shutil.move(moved, folder.parent / "other")
    moved.symlink_to(folder.parent / "other" / moved.name)
    return ["query", "mechanisms", "--kg", str(folder)]


def _catalog(folder: Path) -> list[str]:
    (folder / "o.ttl").write_text("<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> .")
    (folder / "catalog-v001.xml").symlink_to(folder.parent / "other" / "catalog.xml")
    return ["reason", str(folder / "o.ttl"), "--reasoner", "irkg"]


def _articles(folder: Path) -> list[str]:
    (folder / "a.txt").symlink_to(folder.parent / "other" / "a.txt")
    return ["fill", str(folder), "-o", str(folder.parent / "new.tsv")]


def _glob(folder: Path) -> list[str]:
    (folder / "sub").symlink_to(folder.parent / "other", target_is_directory=True)
    return ["fill", str(folder / "*" / "a.txt"), "-o", str(folder.parent / "new.tsv")]


def _terms(folder: Path) -> list[str]:
    (folder / "terms.tsv").symlink_to(folder.parent / "other" / "terms.tsv")
    return ["imports", str(folder), "-o", str(folder.parent / "new")]


@pytest.mark.parametrize("made", [_claims, _graph, _catalog, _articles, _glob, _terms], ids=lambda made: made.__name__)
def test_links_that_lead_out_are_told_and_not_followed(
    made: Callable[[Path], list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (other / "claims.trig").write_text(TRIPLE)
    (other / "terms.tsv").write_text("")
    (other / "catalog.xml").write_text("<catalog/>")
    (other / "a.txt").write_text("Cancer cells recruit Tregs.")
    words = made(folder)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with pytest.raises(SystemExit) as stop:
        main(words)
    said = capsys.readouterr()
    assert (stop.value.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "is a link that leads out of the folder, and is not followed; name the file that it leads to" in said.err
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_link_that_is_named_is_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kg").symlink_to(reliability.graph_folder(), target_is_directory=True)
    with pytest.raises(SystemExit) as stop:
        main(["query", "mechanisms", "--kg", str(tmp_path / "kg")])
    assert stop.value.code == 0
    assert capsys.readouterr().err == ""
