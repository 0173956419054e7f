"""The report as a Word document: real tables, numbered captions, figures at 300 dots per inch."""

from __future__ import annotations

import struct
import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Inches, Pt, RGBColor

from afterload.report.docx_table import run, table_xml
from afterload.report.emphasis import in_word
from afterload.report.figure import FigureView
from afterload.report.study_report_document import WIDE, Chapter, Document
from afterload.report.table_view import TableView

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FIXED = datetime(2000, 1, 1)
_MARGIN_CM = 1.8
_A4_CM = (21.0, 29.7)
_FONT = "Arial"
_EMU_PER_TWIP = 635
_TALLEST = 9.0
"""Inches a figure may be tall, so that its caption stands on its page."""


def word(document: Document, now: datetime | None = None) -> bytes:
    """The whole report as the bytes of a .docx file; the same report gives the same bytes.

    Args:
        document: The report.
        now: When it is written, kept in the file's properties.
    """
    file = _blank(document, now or _FIXED)
    _front(file, document)
    for chapter in document.chapters:
        _chapter(file, chapter)
    if document.references:
        _paragraph(file, "References", "Heading 1")
        for number, text in enumerate(document.references, start=1):
            _paragraph(file, f"{number}. {text}", "Reference")
    _paragraph(file, "Provenance", "Heading 1")
    for name, text in document.provenance:
        _paragraph(file, f"{name}: {text}", "Reference")
    return _packed(file, italic_p=document.italic_p)


def _blank(document: Document, now: datetime) -> Any:
    """An empty document with the page, the styles and the properties set."""
    file = docx.Document()
    _styles(file)
    section = file.sections[0]
    section.page_width, section.page_height = (Cm(side) for side in _A4_CM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN_CM))
    _page_number(section.footer.paragraphs[0])
    properties = file.core_properties
    properties.title = _clean(document.title)
    properties.author = _clean(document.authors)
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.last_modified_by = ""
    properties.revision = 1
    properties.created = properties.modified = now.replace(tzinfo=None, microsecond=0)
    return file


def _clean(text: str) -> str:
    """Text as a document property holds it."""
    return "".join(letter for letter in text if letter.isprintable())[:255]


def _styles(file: Any) -> None:
    ink = RGBColor(0x1D, 0x27, 0x33)
    looks: dict[str, tuple[float, float, float, bool]] = {
        # size, space before, space after, bold
        "Normal": (10.5, 0, 7, False),
        "Title": (20, 0, 6, True),
        "Subtitle": (12, 0, 6, False),
        "Heading 1": (14, 16, 6, True),
        "Caption": (9.5, 10, 5, False),
        "Table Text": (8, 1, 1, False),
        "Table Text Dense": (7, 1, 1, False),
        "Table Note": (8, 3, 3, False),
        "Reference": (9.5, 0, 3, False),
    }
    known = {style.name: style for style in file.styles}
    for name, (size, before, after, bold) in looks.items():
        style = known.get(name) or file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        font = style.font
        font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, False
        font.color.rgb = ink
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.line_spacing = 1.0 if name.startswith("Table") else 1.12
    border = known["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        border.getparent().remove(border)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _append(paragraph, _field("PAGE", "1") + run(" / ") + _field("NUMPAGES", "1"))


def _append(paragraph: Any, runs: str) -> None:
    """Add runs written as XML to a paragraph."""
    for element in parse_xml(f"<w:p {_W}>{runs}</w:p>"):
        paragraph._p.append(element)


def _field(code: str, shown: str) -> str:
    """A field Word can update, with what it shows until then."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r><w:t>{shown}</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _paragraph(file: Any, text: str, style: str = "Normal") -> None:
    _runs(file, run(text), style)


def _runs(file: Any, runs: str, style: str, *, keep: bool = False) -> None:
    """Add a paragraph of runs; written as XML, since looking a style up by name takes long.

    Args:
        file: The document.
        runs: Its runs, as XML.
        style: Name of its style; the identifier is the name without spaces.
        keep: Whether it stays on the page of what follows.
    """
    look = f'<w:pStyle w:val="{style.replace(" ", "")}"/>' if style != "Normal" else ""
    look += "<w:keepNext/>" if keep else ""
    xml = f"<w:p {_W}><w:pPr>{look}</w:pPr>{runs}</w:p>"
    file.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


def _front(file: Any, document: Document) -> None:
    _paragraph(file, document.title, "Title")
    for text in (document.question, document.authors):
        if text:
            _paragraph(file, text, "Subtitle")
    _paragraph(file, "Summary", "Heading 1")
    for text in document.key:
        _paragraph(file, text)
    for text in document.warnings:
        _runs(file, run("Note. ", bold=True) + run(text), "Normal")


def _chapter(file: Any, chapter: Chapter) -> None:
    if chapter.is_wide:
        _turn(file, sideways=True)
    _paragraph(file, chapter.title, "Heading 1")
    for text in chapter.paragraphs:
        _paragraph(file, text)
    for table in chapter.tables:
        _table(file, table)
    if file.sections[-1].page_width > file.sections[-1].page_height:
        _turn(file, sideways=False)
    for figure in chapter.figures:
        _figure(file, figure)


def _turn(file: Any, *, sideways: bool) -> None:
    """Begin a page of the other orientation, unless it is that way already."""
    last = file.sections[-1]
    if (last.page_width > last.page_height) == sideways:
        return
    section = file.add_section(WD_SECTION.NEW_PAGE)
    sides = tuple(Cm(side) for side in _A4_CM)
    section.page_width, section.page_height = sides[::-1] if sideways else sides
    section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT


def _caption(file: Any, kind: str, number: int, text: str, *, above: bool) -> None:
    field = _field(f"SEQ {kind} \\* ARABIC", str(number)).replace(
        "<w:r>", "<w:r><w:rPr><w:b/></w:rPr>"
    )
    runs = run(f"{kind} ", bold=True) + field + run(". ", bold=True) + run(text)
    _runs(file, runs, "Caption", keep=above)


def _table(file: Any, view: TableView) -> None:
    _turn(file, sideways=len(view.columns) >= WIDE)
    _caption(file, "Table", view.number, view.title, above=True)
    section = file.sections[-1]
    width = (section.page_width - section.left_margin - section.right_margin) // _EMU_PER_TWIP
    file.element.body.insert_element_before(parse_xml(table_xml(view, width)), "w:sectPr")
    note = run(view.note)
    for index, footnote in enumerate(view.footnotes):
        gap = "  " if index or view.note else ""
        note += run(gap) + run(footnote.letter, raised=True) + run(f" {footnote.text}")
    _runs(file, note, "Table Note")


def _figure(file: Any, view: FigureView) -> None:
    section = file.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    across, down = struct.unpack(">II", view.png[16:24])
    width = min(Inches(view.width), room, int(Inches(_TALLEST) * across / down))
    picture = paragraph.add_run().add_picture(BytesIO(view.png), width=width)
    picture._inline.docPr.set("descr", _clean(view.alt))
    picture._inline.docPr.set("name", f"Figure {view.number}")
    _caption(file, "Figure", view.number, f"{view.title}. {view.caption}", above=False)


def _packed(file: Any, *, italic_p: bool = False) -> bytes:
    """The document as bytes, with no clock in the archive."""
    raw = BytesIO()
    file.save(raw)
    packed = BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, date_time=(1980, 1, 1, 0, 0, 0))
            stored = entry.filename.endswith(".png")
            fixed.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            content = source.read(entry)
            if italic_p and entry.filename == "word/document.xml":
                content = in_word(content.decode()).encode()
            target.writestr(fixed, content, compresslevel=6)
    return packed.getvalue()
