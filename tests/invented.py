"""An invented article, written down in every format that irkg reads; no sentence of it is from a publication."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

TITLE = "How tumors hide from immune cells"


@dataclass(frozen=True)
class Paragraph:
    text: str
    run_in: str = ""


SECTIONS: tuple[tuple[str, tuple[Paragraph, ...]], ...] = (
    (
        "Abstract",
        (Paragraph("Cancer cells often evade the immune system. They use several resistance mechanisms [1]."),),
    ),
    (
        "Introduction",
        (
            Paragraph("Immune therapy is given as immune checkpoint inhibitors and as cancer vaccines [1,3]."),
            Paragraph(
                "Cancer cells can remodel the tumor microenvironment. They attract regulatory immune cells, including "
                "regulatory T cells (Tregs), which can inhibit the activity of anti-tumor immune cells [2].",
                "Tumor microenvironment manipulation",
            ),
            Paragraph(
                "Tumors can hijack immune checkpoint pathways, such as PD-1/PD-L1, to weaken the immune "
                "response [1-3].",
                "Immune checkpoint upregulation",
            ),
        ),
    ),
    ("Conclusion", (Paragraph("Exhausted T cells do not kill cancer cells [3]."),)),
)
REFERENCES = (
    ("Doe J, Roe R", "First entry, made up", "J Examples", "2001", "10.1234/first.1", "900001"),
    ("Poe E", "Second entry", "J Examples", "2002", "10.1234/second.2", "900002"),
    ("Moe M", "Third entry", "J Examples", "2003", "", ""),
)


def entry(number: int) -> str:
    authors, title, journal, year, doi, _ = REFERENCES[number - 1]
    return f"{authors}. {title}. {journal}. {year}." + (f" doi:{doi}" if doi else "")


def as_text() -> str:
    """Plain text: run-in headings without bold."""
    lines = [TITLE]
    for heading, paragraphs in SECTIONS:
        lines.append(f"## {heading}")
        lines += [f"{p.run_in}: {p.text}" if p.run_in else p.text for p in paragraphs]
    lines.append("References")
    lines += [f"{n}. {entry(n)}" for n in range(1, len(REFERENCES) + 1)]
    return "\n\n".join(lines) + "\n"


def as_markdown() -> str:
    lines = [f"# {TITLE}"]
    for heading, paragraphs in SECTIONS:
        lines.append(f"## {heading}")
        lines += [f"**{p.run_in}**: {p.text}" if p.run_in else p.text for p in paragraphs]
    lines.append("## References")
    lines.append("\n".join(f"{n}. {entry(n)}" for n in range(1, len(REFERENCES) + 1)))
    return "\n\n".join(lines) + "\n"


def _jats_markers(text: str, raised: bool) -> str:
    def one(match: re.Match[str]) -> str:
        inner = re.sub(r"\d+", lambda m: f'<xref ref-type="bibr" rid="r{m[0]}">{m[0]}</xref>', match[1])
        return f"<sup>{inner}</sup>" if raised else f"[{inner}]"

    return re.sub(r"(?:(?<=\w) )?\[([\d,-]+)\]" if raised else r"\[([\d,-]+)\]", one, text)


def _jats_reference(number: int) -> str:
    authors, title, journal, year, doi, pmid = REFERENCES[number - 1]
    names = "".join(
        f"<name><surname>{a.split()[0]}</surname><given-names>{a.split()[1]}</given-names></name>"
        for a in authors.split(", ")
    )
    ids = (f'<pub-id pub-id-type="doi">{doi}</pub-id>' if doi else "") + (
        f'<pub-id pub-id-type="pmid">{pmid}</pub-id>' if pmid else ""
    )
    return (
        f'<ref id="r{number}"><label>{number}</label><element-citation><person-group person-group-type="author">{names}'
        f"</person-group><article-title>{title}</article-title><source>{journal}</source><year>{year}</year>{ids}"
        "</element-citation></ref>"
    )


def as_jats(*, raised: bool = False, doctype: str = "", pmcid: str = "PMC900900") -> str:
    """JATS with linked markers, in brackets or raised."""

    def paragraph(p: Paragraph) -> str:
        bold = f"<bold>{escape(p.run_in)}:</bold> " if p.run_in else ""
        return f"<p>{bold}{_jats_markers(escape(p.text), raised)}</p>"

    abstract, *body = SECTIONS
    sections = "".join(
        f"<sec><title>{h}</title>{''.join(paragraph(p) for p in paragraphs)}</sec>" for h, paragraphs in body
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<article xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        "<front><journal-meta><journal-title>J Examples</journal-title></journal-meta><article-meta>\n"
        f'<article-id pub-id-type="pmc">{pmcid}</article-id><article-id pub-id-type="doi">10.1234/own.9</article-id>\n'
        f"<title-group><article-title>{TITLE}</article-title></title-group>\n"
        '<contrib-group><contrib contrib-type="author"><name><surname>Curator</surname><given-names>Ada B'
        "</given-names></name></contrib></contrib-group><aff>No department</aff>\n"
        "<pub-date><year>2024</year></pub-date>\n"
        f"<abstract>{''.join(paragraph(p) for p in abstract[1])}</abstract></article-meta></front>\n"
        f"<body>{sections}</body>\n<back><ack><p>Tregs inhibit the helpers whom we thank.</p></ack>"
        f"<ref-list><title>References</title>{''.join(_jats_reference(n) for n in (1, 2, 3))}</ref-list></back>\n"
        "</article>\n"
    )


def as_html(*, raised: bool = False) -> str:
    """A page of a publisher, with all that stands around an article."""

    def linked(match: re.Match[str]) -> str:
        inner = re.sub(r"\d+", lambda m: f'<a href="#ref{m[0]}">{m[0]}</a>', match[1])
        return f"<sup>{inner}</sup>" if raised else f"[{inner}]"

    def paragraph(p: Paragraph) -> str:
        bold = f"<strong>{escape(p.run_in)}.</strong> " if p.run_in else ""
        return f"<p>{bold}{re.sub(marker, linked, escape(p.text))}</p>"

    marker = (r" ?" if raised else "") + r"\[([\d,-]+)\]"
    sections = "\n".join(
        f"<section><h2>{h}</h2>\n{''.join(paragraph(p) for p in paragraphs)}</section>" for h, paragraphs in SECTIONS
    )
    references = "\n".join(f'<li id="ref{n}">{escape(entry(n))}</li>' for n in (1, 2, 3))
    return (
        f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>{TITLE} | J Examples</title>\n"
        f'<meta name="citation_title" content="{TITLE}"><meta name="citation_doi" content="10.1234/own.9">\n'
        '<meta name="citation_author" content="Curator AB"><meta name="citation_date" content="2024/02/01">\n'
        "<style>p { color: red }</style><script>var tregs = 'Tregs kill scripts';</script></head>\n"
        "<body><nav>Tumors kill navigation.</nav><main><article>\n"
        f"<h1>{TITLE}</h1><p>A. B. Curator</p><p>No department</p>\n{sections}\n"
        f"<section><h2>References</h2><ol>{references}</ol></section></article></main>\n"
        "<footer>Tregs inhibit footers.</footer></body></html>\n"
    )


def as_bioc() -> str:
    def passage(kind: str, section: str, text: str, **infons: str) -> str:
        keys = {"type": kind, "section_type": section, **infons}
        inner = "".join(f'<infon key="{k}">{escape(v)}</infon>' for k, v in keys.items())
        return f"<passage>{inner}<offset>0</offset><text>{escape(text)}</text></passage>"

    parts = [
        passage("front", "TITLE", TITLE, **{"article-id_pmc": "900900", "name_0": "surname:Curator;given-names:AB"})
    ]
    for heading, paragraphs in SECTIONS:
        section = heading.upper()
        parts += [passage("title_1", section, heading)] if heading != "Abstract" else []
        for p in paragraphs:
            kind = "abstract" if heading == "Abstract" else "paragraph"
            parts.append(passage(kind, section, f"{p.run_in}: {p.text}" if p.run_in else p.text))
    for authors, title, journal, year, doi, pmid in REFERENCES:
        name = authors.split(", ")[0].split()
        infons = {"name_0": f"surname:{name[0]};given-names:{name[1]}", "source": journal, "year": year}
        infons |= {"pub-id_doi": doi, "pub-id_pmid": pmid} if doi else {}
        parts.append(passage("ref", "REF", title, **infons))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n<collection><source>made up'
        f"</source><date>20240201</date><key>k</key><document><id>PMC900900</id>{''.join(parts)}</document></collection>\n"
    )


def as_pubmed(abstracts: dict[str, str]) -> str:
    """A PubMed file with an article for each PMID and abstract; "LABEL: text" lines make a structured one."""

    def abstract(text: str) -> str:
        lines = []
        for line in text.splitlines():
            label = re.match(r"([A-Z]+): ", line)
            lines.append(
                f'<AbstractText Label="{label[1]}">{escape(line[label.end() :])}</AbstractText>'
                if label
                else f"<AbstractText>{escape(line)}</AbstractText>"
            )
        return f"<Abstract>{''.join(lines)}</Abstract>" if lines else ""

    articles = "\n".join(
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article><Journal>'
        "<JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>Invented article {pmid}."
        f"</ArticleTitle>{abstract(text)}<AuthorList><Author><LastName>Doe</LastName><Initials>J</Initials></Author>"
        "</AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="doi">10.1234/pubmed.{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
        for pmid, text in abstracts.items()
    )
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" '
        f'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>{articles}</PubmedArticleSet>\n'
    )


@dataclass(frozen=True)
class _Printed:
    """A line of a page: runs of text with font (F1, or F2 for bold), size and rise."""

    runs: tuple[tuple[str, str, float, float], ...]
    gap: float  # above it


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines, long words too."""
    lines, line = [], ""
    for word in text.split():
        room = width - len(line) - 1
        if len(word) <= room or not line:
            line = f"{line} {word}".strip()
        elif "-" in word[1:room] and "[" not in word and "/" not in word:
            cut = word.index("-") + 1
            lines.append(f"{line} {word[:cut]}")
            line = word[cut:]
        elif word.isalpha() and len(word) > 9 and room > 6:
            lines.append(f"{line} {word[:5]}-")
            line = word[5:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _printed(text: str, run_in: str, width: int, raised: bool) -> list[_Printed]:
    lines = []
    for at, line in enumerate(_wrapped(f"{run_in}: {text}" if run_in else text, width)):
        runs = []
        if at == 0 and run_in:
            runs.append((f"{run_in}: ", "F2", 10.0, 0.0))
            line = line.removeprefix(run_in).removeprefix(": ")  # noqa: PLW2901
        for part in re.split(r"( ?\[[\d,-]+\])", line) if raised else [line]:
            marker = re.fullmatch(r" ?\[([\d,-]+)\]", part) if raised else None
            if part:
                runs.append((marker[1], "F1", 6.0, 4.0) if marker else (part, "F1", 10.0, 0.0))
        lines.append(_Printed(tuple(runs), 20.0 if at == 0 else 12.0))
    return lines


def _heading(text: str, size: float) -> _Printed:
    return _Printed(((text, "F2", size, 0.0),), 26.0)


def as_pdf(*, columns: int = 1, raised: bool = False, per_column: int = 20) -> bytes:
    """A PDF with running heads and page numbers, some lines a column."""
    width = 70 if columns == 1 else 38
    lines = [_heading(TITLE, 16.0), *_printed("A. B. Curator, no department", "", width, False)]
    for heading, paragraphs in SECTIONS:
        lines.append(_heading(heading, 12.0))
        for p in paragraphs:
            lines += _printed(p.text, p.run_in, width, raised)
    lines.append(_heading("References", 12.0))
    for n in range(1, len(REFERENCES) + 1):
        lines += _printed(f"{n}. {entry(n)}", "", width, False)
    pages = []
    for at in range(0, len(lines), columns * per_column):
        content = [shown([("J Examples 2024;1:1", "F1", 8.0, 0.0)], 72, 780)]
        for column in range(columns):
            y = 760.0
            for line in lines[at + column * per_column : at + (column + 1) * per_column]:
                y -= line.gap
                content.append(shown(line.runs, 72 + 240 * column, y))
        content.append(shown([(str(len(pages) + 1), "F1", 8.0, 0.0)], 300, 30))
        pages.append("\n".join(content))
    return pdf_of(pages)


def shown(runs: Iterable[tuple[str, str, float, float]], x: float, y: float) -> str:
    """What prints runs of text (characters, font F1 or bold F2, size, rise) at a place of a page."""
    text_shown = "".join(
        f"/{font} {size} Tf {rise} Ts ({re.sub(r'([()])', _SLASHED, text)}) Tj " for text, font, size, rise in runs
    )
    return f"BT 1 0 0 1 {x} {y} Tm {text_shown}ET"


_SLASHED = r"\\\1"


def pdf_of(pages: Sequence[str]) -> bytes:
    """A PDF with these content streams as pages."""
    fonts = "<< /F1 3 0 R /F2 4 0 R >>"
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        for name in ("Helvetica", "Helvetica-Bold")
    ]
    for n, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font {fonts} >> "
            f"/Contents {6 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for n, item in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{n} 0 obj\n{item}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()
