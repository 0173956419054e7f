from dataclasses import replace
from html.parser import HTMLParser

import pytest

from afterload.report.html import page
from afterload.report.html_table import table_html
from afterload.report.study_report_document import document
from afterload.report.tables import build_tables
from afterload.report.theme import DEFAULT
from afterload.study.design import Study

VOID = {"meta", "link", "img", "br", "hr", "input", "col"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


@pytest.fixture(scope="module")
def html(built):
    return page(built)


def test_the_page_needs_nothing_from_outside(html):
    for tag, attrs in read(html).tags:
        assert tag not in {"script", "link", "iframe", "img", "object"}
        for name in ("src", "href", "xlink:href", "data"):
            assert attrs.get(name, "#").startswith("#")
    assert "@import" not in html
    assert "url(http" not in html


def test_every_link_inside_the_page_leads_somewhere(html):
    tags = read(html).tags
    names = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(names) == len(set(names))
    links = {attrs["href"][1:] for tag, attrs in tags if tag == "a"}
    assert links <= set(names)


def test_tables_can_be_read_aloud(html):
    tags = read(html).tags
    heads = [attrs for tag, attrs in tags if tag == "th"]
    assert heads
    assert all(attrs["scope"] in {"row", "col", "colgroup"} for attrs in heads)
    count = sum(tag == "table" for tag, _ in tags)
    assert sum(tag == "caption" for tag, _ in tags) == count == 6
    assert all(attrs["aria-label"] for tag, attrs in tags if tag == "svg")


def test_every_cell_of_every_table_stands_in_the_page(study, html):
    text = "".join(read(html).text)
    for table in build_tables(study):
        for row in table.rows:
            for cell in row.cells:
                assert cell.text in text


def test_labels_cannot_smuggle_markup(study):
    evil = '<img src=x onerror="alert(1)">'
    design = replace(
        study.design,
        title=evil,
        question=evil,
        warnings=(evil,),
        baseline=(replace(study.design.baseline[0], label=evil),),
    )
    html = page(document(Study(design, study.results), DEFAULT, png=False))
    assert "<img" not in html
    assert "&lt;img src=x" in html
    read(html)


def test_a_table_alone_is_the_table_of_the_page(study, html):
    table = build_tables(study)[0]
    assert table_html(table).strip() in html
