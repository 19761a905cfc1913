"""Every catalogue is whole: nothing untranslated or guessed, no value lost, no tag broken, every plural of CLDR."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from html.parser import HTMLParser
from textwrap import dedent

import pytest
from babel import Locale
from django.utils.translation import gettext, ngettext, override

from imin import catalogues
from tests.languages.extract import KEYWORDS, missing, said, sources

LANGUAGES = catalogues.languages()
NUMBERS = {"count", "number", "hours", "minutes", "days", "years"}
_VALUE = re.compile(r"%(?:\((\w+)\))?[sd%]")
_VOID = {"br", "hr", "img", "wbr"}


def catalogue(language):
    return catalogues.read(catalogues.SOURCE / language / catalogues.FILE)


def translations(language):
    """Yield each sentence in every form: English, the translation, and whether that is said of one number only."""
    book = catalogue(language)
    numbers = Counter(c2py(book.plural_expr)(number) for number in range(1001))
    for message in book:
        if not message.id:
            continue
        if isinstance(message.id, str):
            yield message.id, message.string, False
        else:
            yield from ((message.id[1], form, numbers[place] == 1) for place, form in enumerate(message.string))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    """Says which are not; `make translations` adds them to the catalogues, a person translates them."""
    assert missing(catalogue(language), said()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_says_what_no_page_says(language):
    known = {(message.id, message.context) for message in said()}
    assert [message.id for message in catalogue(language) if (message.id, message.context) not in known] == []
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_is_lost_or_added(language):
    """A form that is said of one number only may say it in words, as English does: “one card”."""
    for original, form, of_one_number in translations(language):
        lost = values(original) - values(form)
        assert values(form) <= values(original), form
        assert not lost or (of_one_number and lost <= NUMBERS), form


def values(text: str) -> set[str]:
    return {match[1] or match[0] for match in _VALUE.finditer(text)}


class Tags(HTMLParser):
    """Collects tags in order, and what is wrong with their nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.seen: list[str] = []
        self.open: list[str] = []
        self.stray: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, _attributes):
        self.seen.append(self.get_starttag_text())
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        self.stray += [] if self.open and self.open.pop() == tag else [tag]


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_that_of_the_original(language):
    for original, form, _one in translations(language):
        mine, theirs = Tags(form), Tags(original)
        assert sorted(mine.seen) == sorted(theirs.seen), form
        assert not mine.open, form
        assert not mine.stray, form
        assert not re.search(r"[<>]|&(?!\w+;)", re.sub(r"</?\w[^<>]*>", "", form)), form


@pytest.mark.parametrize("language", LANGUAGES)
def test_ends_are_those_of_the_original(language):
    """Blanks at either end join sentences; a question stays one, and what is not a sentence does not become one."""
    stops = {".": ".", "?": "?؟", ":": ":", "…": "…", "!": "!"}
    for original, form, _one in translations(language):
        assert (form[:1].isspace(), form[-1:].isspace()) == (original[:1].isspace(), original[-1:].isspace()), form
        end, ours = form.rstrip()[-1:], original.rstrip()[-1:]
        if ours in stops:
            assert end in stops[ours], form
        else:
            assert end not in ".…:", form


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_form_for_each_plural_of_the_language(language):
    """As CLDR distinguishes them; Polish has a fourth for fractions, which nothing here is counted in."""
    book, rule = catalogue(language), Locale.parse(language).plural_form
    categories: dict[int, str] = {}
    plural = c2py(book.plural_expr)
    for number in range(1001):
        assert categories.setdefault(plural(number), rule(number)) == rule(number), number
    assert sorted(categories) == list(range(book.num_plurals))
    assert len(categories) == {"cy": 6, "pl": 3, "ar": 6}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_programs_read_the_form_that_the_number_asks_for(language):
    book = catalogue(language)
    message = book.get(("%(number)s hour", "%(number)s hours"))
    plural = c2py(book.plural_expr)
    with override(language):
        for number in range(120):
            form = message.string[plural(number)]
            found = ngettext("%(number)s hour", "%(number)s hours", number)
            assert re.sub("[\u2068\u2069]", "", found) == form


def test_arabic_keeps_what_is_filled_in_apart():
    with override("ar"):
        said_in_arabic = gettext("Back to my %(broker)s account") % {"broker": "Acme (UK)"}
    assert "\u2068Acme (UK)\u2069" in said_in_arabic
    assert "\u2068" not in "".join(form for _original, form, _one in translations("ar"))  # not the translator's work


def test_compiling_is_done_once_and_anew_when_a_catalogue_changes(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    file = source / "pl" / catalogues.FILE
    file.parent.mkdir(parents=True)
    file.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Card"\nmsgstr "Karta"\n')
    first = catalogues.compiled(target, source)
    assert (first / "pl" / "LC_MESSAGES" / "django.mo").stat().st_size
    assert catalogues.compiled(target, source) == first
    file.write_text(file.read_text().replace("Karta", "Kartka"))
    assert catalogues.compiled(target, source) != first
    assert len(list(target.iterdir())) == 2  # nothing half-done lies about


# sentences there are for operators, commands, the log, or another program
NOT_FOR_CUSTOMERS = (
    "*_steps.py",  # the doctor's findings
    "admin.py",
    "forms.py",
    "models.py",
    "alert.py",  # mails to operators and Brokers
    "cli*.py",
    "payments/history_check.py",  # a command's findings
    "settings.py",
    "*/demo/*",
    "*/migrations/*",
    "brokers/texts.py",
    "cards/page_check.py",
    "cards/passing_customer.py",
    "customers/recognise.py",
    "identity/exchange.py",
    "identity/pushed.py",
    "identity/tokens.py",
    "ground/jobs.py",
)
NAMES = {"American Express", "Diners Club"}
_SENTENCE = re.compile(r"[A-Z“][a-z’'-]*( [\w“(%’'-]+)+")
_SQL = re.compile(r"[A-Z]{2,} ")


@pytest.mark.parametrize("file", [file for file in sources() if file.suffix == ".py"], ids=lambda file: file.name)
def test_code_says_nothing_to_a_customer_without_marking_it(file):
    """Wrap it in `_()`; when nobody but operators or the log reads the file, name it in `NOT_FOR_CUSTOMERS`."""
    if not any(file.match(pattern) for pattern in NOT_FOR_CUSTOMERS):
        assert list(unmarked(file.read_text())) == []


def test_the_check_itself_finds_an_unmarked_sentence():
    code = """
        '''A docstring may.'''
        message = "Your card is gone."
        other = _("Your card is marked.")
        def tell(): raise Error("The log says why.")
        say(f"Please wait {time} or so.")
        """
    assert list(unmarked(dedent(code))) == ["Your card is gone.", "Please wait "]


def unmarked(code: str) -> Iterator[str]:
    """Yield what reads like a sentence and is no docstring, no cause of an exception and not marked."""
    tree = ast.parse(code)
    fine = {part for node in ast.walk(tree) for part in _fine(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in fine else ""
        if _SENTENCE.match(text) and not _SQL.match(text) and text not in NAMES:
            yield text


def _fine(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
        yield from (line.value for line in node.body if isinstance(line, ast.Expr))
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        yield from (part for decorator in node.decorator_list for part in ast.walk(decorator))
    if isinstance(node, ast.Raise):
        yield from ast.walk(node)
    if isinstance(node, ast.keyword) and node.arg in {"help_text", "verbose_name"}:  # of a model, for the console
        yield node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
        yield from node.args
