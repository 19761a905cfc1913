"""Every word that a Customer sees can be translated."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "imin").glob("*/pages/**/*.html"))
SPOKEN = {"alt", "title", "placeholder", "aria-label", "content", "label"}
# what is the same in every language
SAME = re.compile(
    r"&[#\w]+;|\bwidth=device-width, initial-scale=1\b|\blight dark\b|\btelephone=no\b|\bnoindex\b|\bno\b|\bSVG\b"
)


class Words(HTMLParser):
    """Collects the words of a page that stand in it as they are."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attributes):
        self.silent += tag in {"script", "style", "svg"}
        self.words += [value or "" for name, value in attributes if name in SPOKEN]

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style", "svg"}

    def handle_data(self, data):
        if self.silent <= 0:
            self.words.append(data)


def literal(template: Path) -> str:
    """Return the template with every comment, translated block, expression and tag taken out."""
    text = re.sub(r"(</?)\{\{.*?\}\}", r"\1x", template.read_text())  # a tag whose name is a value
    for taken in (r"\{#.*?#\}", r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", r"\{\{.*?\}\}", r"\{%.*?%\}"):
        text = re.sub(taken, " ", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_no_word_of_a_page_stands_outside_a_translation(template):
    reader = Words()
    reader.feed(literal(template))
    left = [word.strip() for word in reader.words if re.search(r"[A-Za-z]{2}", SAME.sub("", word))]
    assert left == []


def test_the_check_itself_finds_an_untranslated_word(tmp_path):
    page = tmp_path / "x.html"
    page.write_text('<p title="Hello">{{ _("fine") }} stray {% trans %}fine{% endtrans %}</p>')
    reader = Words()
    reader.feed(literal(page))
    assert [word.strip() for word in reader.words if word.strip()] == ["Hello", "stray"]
