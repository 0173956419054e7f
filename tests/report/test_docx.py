import zipfile
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest

from afterload.report.docx import word
from afterload.report.study_report_document import document
from afterload.report.theme import LANCET

docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def content(built):
    return word(built)


@pytest.fixture(scope="module")
def file(content):
    return docx.Document(BytesIO(content))


def test_tables_are_words_own_with_the_cells_of_the_report(built, file):
    assert len(file.tables) == len(built.tables)
    for table, view in zip(file.tables, built.tables, strict=True):
        rows = table._tbl.tr_lst[-len(view.rows) :]
        for element, row in zip(rows, view.rows, strict=True):
            texts = ["".join(t.text or "" for t in tc.iter(f"{W}t")) for tc in element.tc_lst]
            assert texts[0].startswith(row.label)
            if row.cells:
                assert len(texts) == 1 + len(row.cells)
                for text, cell in zip(texts[1:], row.cells, strict=True):
                    assert text == cell.text + cell.mark + ",".join(cell.refs) + cell.note


def test_header_rows_repeat_and_rows_never_split(file):
    for table in file.tables:
        rows = table._tbl.tr_lst
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert rows[-1].find(f"{W}trPr/{W}tblHeader") is None


def test_captions_are_numbered_by_fields_word_can_update(built, file):
    codes = [e.text.strip() for e in file.element.body.iter(f"{W}instrText")]
    assert codes.count("SEQ Table \\* ARABIC") == len(built.tables)
    assert codes.count("SEQ Figure \\* ARABIC") == len(built.figures)
    captions = [p.text for p in file.paragraphs if p.style.name == "Caption"]
    assert captions[0].startswith("Figure 1. Flow of episodes")


def test_only_wide_tables_stand_on_pages_turned_sideways(study, file):
    assert [s.page_width > s.page_height for s in file.sections] == [False]
    lancet = docx.Document(BytesIO(word(document(study, LANCET))))
    turned = [s.page_width > s.page_height for s in lancet.sections]
    assert turned[:3] == [False, True, False]
    pages, words = [], []
    for element in lancet.element.body:
        words.append("".join(t.text or "" for t in element.iter(f"{W}t")))
        if element.find(f"{W}pPr/{W}sectPr") is not None:
            pages.append(words)
            words = []
    assert "Baseline" not in pages[0]
    assert pages[1][0] == "Baseline"
    assert any(text.startswith("Table 1.") for text in pages[1])


def test_a_tall_figure_fits_the_page_with_its_caption(built):
    tall = built.figures[0].png[:20] + (9000).to_bytes(4) + built.figures[0].png[24:]
    chapter = replace(built.chapters[0], figures=(replace(built.figures[0], png=tall),))
    told = docx.Document(BytesIO(word(replace(built, chapters=(chapter,)))))
    shape = told.inline_shapes[0]
    assert shape.height / 914400 <= 9.001


def test_figures_have_words_for_those_who_cannot_see(built, file):
    told = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert told == [figure.alt[:255] for figure in built.figures]


def test_the_same_report_gives_the_same_bytes(built, content):
    assert word(built) == content
    dates = {entry.date_time for entry in zipfile.ZipFile(BytesIO(content)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_properties_hold_what_is_given_and_nothing_of_this_machine(built, file):
    assert file.core_properties.title == built.title
    assert file.core_properties.author == built.authors
    assert file.core_properties.last_modified_by == ""
    later = docx.Document(BytesIO(word(built, datetime(2026, 1, 2, 3, 4, 5))))
    assert later.core_properties.created.replace(tzinfo=None) == datetime(2026, 1, 2, 3, 4, 5)


def test_no_number_of_a_table_is_broken_in_the_widest_usual_font(built, file):
    """Measured in DejaVu Sans, which stands in for Arial where no other font is installed."""
    import matplotlib
    from PIL import ImageFont

    fonts = {
        bold: ImageFont.truetype(
            f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf", 200
        )
        for bold in (False, True)
    }
    for table, view in zip(file.tables, built.tables, strict=True):
        look = table._tbl.find(f".//{W}pStyle").get(f"{W}val")
        size = 7 if look.endswith("Dense") else 8
        widths = [int(c.get(f"{W}w")) for c in table._tbl.find(f"{W}tblGrid")]
        for row in view.rows:
            for cell, width in zip(row.cells, widths[1:], strict=False):
                words = [(part, bool(cell.mark), size) for part in cell.text.split()]
                words += [(part, False, 7) for part in cell.note.split()]
                for part, bold, points in words:
                    needed = fonts[bold].getlength(part) / 200 * points * 20
                    assert needed <= width - 100, (view.name, row.label, part)
