"""A form field for a Broker's own sentences: a box for each place and each language of ours."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info

from imin.brokers import texts

LABELS = {
    "intro": "Introduction, above the list of cards",
    "help": "Help, at the foot of every page: whom to call or write to",
    "charge": "What you may charge a card for without its Customer, how much and when; empty: never, nobody is asked",
}
Texts = dict[str, dict[str, str]]


class TextsWidget(forms.Widget):
    """Shows a Broker's texts as boxes; an emptied box removes its text."""

    template_name = "brokers/texts.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """List every language that pages speak, then others in which there are texts."""
        said: Texts = value if isinstance(value, dict) else {}
        context = super().get_context(name, None, attrs)
        codes = dict.fromkeys([*_ours(), *sorted(said)])
        languages = [_boxes(code, said.get(code, {})) for code in codes]
        context["widget"].update(languages=languages, most=texts.MOST_CHARACTERS)
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Texts:
        """Return the texts as they were typed, by language; what was left empty is not there."""
        del files
        box = re.compile(rf"{re.escape(name)}-(.+)-({'|'.join(texts.PLACES)})")
        said: Texts = {}
        for field, text in data.items():
            if (found := box.fullmatch(field)) and text.strip():
                said.setdefault(found[1], {})[found[2]] = "\n".join(text.strip().splitlines())
        return said

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Nothing typed is a value: no texts."""
        del data, files, name
        return False

    def id_for_label(self, id_: str | None) -> str:
        """Name no single box: the whole has a legend."""
        del id_
        return ""


class TextsField(forms.Field):
    """A Broker's texts, by language and place."""

    widget = TextsWidget

    def clean(self, value: Any) -> Texts:
        """Return the texts; refuse unknown languages, markup and card numbers, each in words."""
        said: Texts = {language: dict(places) for language, places in value.items()}
        if wrong := texts.problems(said):
            raise ValidationError([ValidationError(problem) for problem in wrong])
        return said


def _ours() -> list[str]:
    """Return the languages of the pages; what is English anywhere is kept as `en`."""
    return ["en" if code == settings.LANGUAGE_CODE else code for code, _name in settings.LANGUAGES]


def _boxes(code: str, said: dict[str, str]) -> dict[str, Any]:
    places = [{"part": f"{code}-{place}", "label": LABELS[place], "text": said.get(place, "")} for place in LABELS]
    try:
        known = get_language_info(code)
    except KeyError:
        known = {"name": code, "bidi": False}
    return {"code": code, "name": known["name"], "direction": "rtl" if known["bidi"] else "ltr", "places": places}
