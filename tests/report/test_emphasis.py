"""JAMA's P is in italics in the page and in Word, and nothing else is."""

import io
import re
import zipfile

import pytest

from afterload.report.docx import word
from afterload.report.emphasis import in_html, in_word
from afterload.report.html import page
from afterload.report.study_report_document import document
from afterload.report.theme import JAMA, NEJM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("adjusted P&lt;.001", "adjusted <i>P</i>&lt;.001"),
        ("P\u00a0&lt;\u00a0.05", "<i>P</i>\u00a0&lt;\u00a0.05"),
        ("P", "<i>P</i>"),
        ("Adjusted P vs ECLS", "Adjusted <i>P</i> vs ECLS"),
        ("Group P and VIP=3", "Group P and VIP=3"),
        ("Peto R, P values", "Peto R, P values"),
    ],
)
def test_only_the_p_of_a_p_value(text, said):
    assert in_html(f'<p title="P=1">{text}</p>') == f'<p title="P=1">{said}</p>'
    drawn = f"<svg><text>{text}</text></svg>"
    assert in_html(drawn) == drawn


def test_a_run_is_split_and_keeps_its_look():
    run = '<w:r><w:rPr><w:b/><w:sz w:val="14"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>'
    italic = run.replace("<w:b/>", "<w:b/><w:i/>")
    assert in_word(run.format("at P=.03")) == (
        run.format("at ") + italic.format("P") + run.format("=.03")
    )
    assert in_word(run.format("Group P")) == run.format("Group P")


@pytest.mark.parametrize(("theme", "italic"), [(JAMA, True), (NEJM, False)])
def test_the_report_of_jama_has_it(study, theme, italic):
    built = document(study, theme)
    html = re.sub(r"<(style|svg).*?</\1>", "", page(built), flags=re.S)
    assert ("<i>P</i>=" in html) is italic
    plain = re.sub(r"<[^>]+>", "", html)
    upright = len(re.findall(r"(?<!\w)P(?=\s*(?:=|&lt;|&gt;))", plain))
    assert upright > 5
    assert len(re.findall(r"<i>P</i>(?=\s*(?:=|&lt;|&gt;))", html)) == (upright if italic else 0)
    with zipfile.ZipFile(io.BytesIO(word(built))) as archive:
        xml = archive.read("word/document.xml").decode()
    assert ('<w:i/></w:rPr><w:t xml:space="preserve">P</w:t>' in xml) is italic
