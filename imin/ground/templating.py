"""The product pages' templates (Jinja2): one environment a language; escaping on, undefined names are errors."""

import re
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha384
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.translation.trans_real import translation as catalogue
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup

_CONSTANT = re.compile(
    r"""\{\{ _\((?P<quote>["'])(?P<words>[^"'\\]*(?:(?!(?P=quote))["'][^"'\\]*)*)(?P=quote)\) \}\}"""
)


@lru_cache(maxsize=1024)
def page_in(language: str, name: str) -> Template:
    """Return the page `name` that speaks `language`; what it says was looked up once, not at each answer.

    Raises `jinja2.TemplateNotFound`.
    """
    return _speaking(language).get_template(name)


@lru_cache
def _speaking(language: str) -> Environment:
    words = catalogue(language)
    environment = Environment(
        loader=FileSystemLoader(settings.PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", Said],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext
    )
    say = _saying(words.gettext)
    environment.globals |= {"static": _address, "script": _script, "gettext": say, "_": say}
    return environment


class Said(Extension):
    """Writes what `{{ _("…") }}` says into the template when it is read: a call less for each, and longer texts."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return `source` with our words in its language; what looks like a template's own marks stays a call."""
        del name, filename
        return _CONSTANT.sub(self._said, source)

    def _said(self, call: re.Match[str]) -> str:
        say: Any = self.environment.globals["_"]
        text = str(say(call["words"]))
        return call[0] if any(mark in text for mark in ("{{", "{%", "{#")) else text


def _saying(gettext: Callable[[str], str]) -> Callable[..., Markup]:
    """Return what says our words with values escaped into them; a page does some forty times, so it remembers."""
    known: dict[str, Markup] = {}

    def say(message: str, /, **values: Any) -> Markup:
        text = known.get(message)
        if text is None:
            text = known[message] = Markup(gettext(message))  # noqa: S704 our own words, never a person's
        return text % values if values or "%" in text else text

    return say


def _address(path: str) -> str:
    """Return where the browser finds a static file."""
    return _address_in(settings.STORAGES["staticfiles"]["BACKEND"], path)


def _script(path: str) -> Markup:
    """Return the element that loads a script of ours, which the browser runs only as it was when it was built."""
    return _script_in(settings.STORAGES["staticfiles"]["BACKEND"], path)


@lru_cache
def _script_in(storage: str, path: str) -> Markup:
    element = Markup('<script type="module" src="{}" integrity="{}"></script>')
    return element.format(_address_in(storage, path), integrity(path))


@lru_cache
def integrity(path: str) -> str:
    """Return the Subresource Integrity value of a script of ours, which collecting static files leaves as it is."""
    file = finders.find(path)
    if not file:
        raise FileNotFoundError(f"There is no static file {path}.")
    return f"sha384-{b64encode(sha384(Path(file).read_bytes()).digest()).decode()}"


@lru_cache
def _address_in(storage: str, path: str) -> str:
    del storage  # another one (in tests) has other addresses
    return static(path)
