"""An invented article, written down in every format that irkg reads; no sentence of it is from a publication."""

from __future__ import annotations

import re
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
