"""The translations, ready for use: catalogues (`*.po`) in the package, compiled once into the data folder.

So nobody compiles by hand, no compiled file is kept beside its source, and an installed package need not be writable
(docs/decisions/languages.md).
"""

import re
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parent / "locale"
FILE = Path("LC_MESSAGES") / "django.po"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def languages(source: Path = SOURCE) -> list[str]:
    """Return the languages that there is a catalogue of; English needs none, it stands in the code."""
    return sorted(file.parent.parent.name for file in source.glob(f"*/{FILE}"))


def compiled(below: Path, source: Path = SOURCE) -> Path:
    """Return the folder below `below` that holds every catalogue of `source` as programs read it."""
    files = [source / language / FILE for language in languages(source)]
    parts = [Path(__file__).read_bytes(), *(file.read_bytes() for file in files)]
    folder = below / sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()[:16]
    if not folder.exists():
        below.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=below) as beside:
            new = Path(beside) / "new"
            new.mkdir()
            for file in files:
                _compile(file, new / file.relative_to(source).with_suffix(".mo"))
            _take_place(new, folder)
    return folder


def read(file: Path) -> Catalog:
    """Return the catalogue in `file`, `locale/<language>/LC_MESSAGES/django.po`."""
    with file.open("rb") as lines:
        return read_po(lines, locale=file.parent.parent.name, abort_invalid=True)


def _compile(file: Path, target: Path) -> None:
    catalogue = read(file)
    if catalogue.locale and Locale.parse(str(catalogue.locale)).text_direction == "rtl":
        _isolate(catalogue)
    target.parent.mkdir(parents=True)
    with target.open("wb") as new:
        write_mo(new, catalogue)


def _isolate(catalogue: Catalog) -> None:
    """Put what is filled in apart from the sentence around it (Unicode Bidirectional Algorithm, 2.4).

    A Broker's name or a card's digits, written left to right, would else carry full stops to the wrong side.
    """
    for message in catalogue:
        if not message.id:  # the header
            continue
        if isinstance(message.string, str):
            message.string = _apart(message.string)
        elif message.string:
            message.string = tuple(_apart(form or "") for form in message.string)


def _apart(text: str) -> str:
    return _PLACEHOLDER.sub(rf"{FIRST_STRONG_ISOLATE}\g<0>{POP_ISOLATE}", text)


def _take_place(new: Path, folder: Path) -> None:
    """Move `new` to `folder`, unless another process was first."""
    try:
        new.rename(folder)
    except OSError:
        if not folder.exists():
            raise
