"""What Customers are told, gathered from code and pages; as a command it brings the catalogues up to date.

A translation stays with its sentence; a sentence that changed is untranslated again, never guessed from the old one.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from imin import catalogues

ROOT = Path(__file__).parent.parent.parent
OPERATORS = ("imin/console/", "imin/brokers/texts_field.py", "imin/brokers/pages/operators.html")  # read English
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PAGES = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}


def sources() -> Iterator[Path]:
    """Yield every file that may say something to a Customer."""
    for file in sorted([*ROOT.glob("imin/**/*.py"), *ROOT.glob("imin/*/pages/**/*.*")]):
        if file.suffix in {".py", ".html", ".txt"} and not str(file.relative_to(ROOT)).startswith(OPERATORS):
            yield file


@cache
def said() -> Catalog:
    """Return every marked sentence, with the files that say it."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for file in sources():
        method, options = ("python", {}) if file.suffix == ".py" else ("jinja2", _PAGES)
        for _line, message, comments, context in extract_from_file(
            method, file, KEYWORDS, comment_tags=["Translators:"], options=options, strip_comment_tags=True
        ):
            found.add(message, None, [(str(file.relative_to(ROOT)), 0)], auto_comments=comments, context=context)
    return found


def missing(catalogue: Catalog, sentences: Catalog) -> list[str]:
    """Return every sentence that `catalogue` does not say in its language, each with its file."""
    return [
        f"{message.locations[0][0]}: {_first(message)!r}"
        for message in sentences
        if message.id and not translated(catalogue.get(message.id, message.context))
    ]


def translated(message: Message | None) -> bool:
    """Say whether every form is there, and none is only a guess."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def update(language: str, sentences: Catalog) -> list[str]:
    """Bring the catalogue of `language` up to date; return what it does not say yet."""
    file = catalogues.SOURCE / language / catalogues.FILE
    catalogue = catalogues.read(file)
    sentences.creation_date = catalogue.creation_date
    catalogue.update(sentences, no_fuzzy_matching=True, update_header_comment=False)
    with file.open("wb") as target:
        write_po(target, catalogue, sort_by_file=True, ignore_obsolete=True, include_lineno=False, width=110)
    return missing(catalogue, sentences)


def main() -> int:
    """Update every catalogue; name what is left to be translated."""
    sentences = said()
    left = {language: update(language, sentences) for language in catalogues.languages()}
    for language, lines in left.items():
        sys.stdout.write(f"{language}: {len(lines)} of {len(sentences)} to be translated\n")
        sys.stdout.writelines(f"  {line}\n" for line in lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
