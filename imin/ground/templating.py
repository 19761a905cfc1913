"""The environment of the product pages' templates (Jinja2): escaping on, undefined names are errors."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup


def environment(**options: Any) -> Environment:
    """Return the Jinja2 environment with translation and static files."""
    environment = Environment(  # noqa: S701 autoescape is among the options
        **{**options, "autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    environment.globals |= {"static": _address, "gettext": _said, "_": _said}
    return environment


def _address(path: str) -> str:
    """Return where the browser finds a static file."""
    return _address_in(settings.STORAGES["staticfiles"]["BACKEND"], path)


@lru_cache
def _address_in(storage: str, path: str) -> str:
    del storage  # another one (in tests) has other addresses
    return static(path)


def _said(message: str, /, **values: Any) -> Markup:
    """Return `message` in the language in force, with `values` escaped into it.

    A page asks some forty times: what Jinja's own function does each time is remembered here.
    """
    text = _in_language(translation.get_language(), message)
    return text % values if values or "%" in text else text


@lru_cache(maxsize=4096)
def _in_language(language: str | None, message: str) -> Markup:
    with translation.override(language):
        return Markup(translation.gettext(message))  # noqa: S704 our own words, never a person's
