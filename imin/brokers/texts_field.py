"""A form field for a Broker's own sentences: a box for each place and language, and one for another language."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from imin.brokers import texts

LABELS = {
    "intro": _("Introduction, above the list of cards"),
    "help": _("Help, at the foot of every page: whom to call or write to"),
}
_ALWAYS_OFFERED = "en"
_NEW = "new"
Texts = dict[str, dict[str, str]]


class TextsWidget(forms.Widget):
    """Shows a Broker's texts as boxes; an emptied box removes its text."""

    template_name = "brokers/texts.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """List the languages that are there, English at least, then an empty one."""
        said: Texts = value if isinstance(value, dict) else {}
        context = super().get_context(name, None, attrs)
        codes = sorted({_ALWAYS_OFFERED, *said} - {_NEW}, key=lambda code: (code != _ALWAYS_OFFERED, code))
        new = said.get(_NEW, {})
        languages = [_boxes(code, said.get(code, {})) for code in codes] + [_boxes("", new)]
        context["widget"].update(languages=languages, most=texts.MOST_CHARACTERS, new_language=new.get("language", ""))
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Texts:
        """Return the texts as they were typed, by language; what was left empty is not there."""
        del files
        box = re.compile(rf"{re.escape(name)}-(.+)-({'|'.join(texts.PLACES)})")
        said: Texts = {}
        for field, text in data.items():
            if (found := box.fullmatch(field)) and text.strip():
                said.setdefault(found[1], {})[found[2]] = "\n".join(text.strip().splitlines())
        language = str(data.get(f"{name}-{_NEW}-language", "")).strip()
        if language:
            said.setdefault(_NEW, {})["language"] = language
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
        new = said.pop(_NEW, {})
        language = new.pop("language", "")
        if new and not language:
            raise ValidationError(_("Which language is the other text in? Type its code, such as cy or pl."))
        if language and language in said:
            raise ValidationError(_("There are texts in that language already. Change them above."))
        if new:
            said[language] = new
        if wrong := texts.problems(said):
            raise ValidationError([ValidationError(problem) for problem in wrong])
        return said


def _boxes(code: str, said: dict[str, str]) -> dict[str, Any]:
    places = [
        {"part": f"{code or _NEW}-{place}", "label": LABELS[place], "text": said.get(place, "")} for place in LABELS
    ]
    return {"code": code, "name": LANG_INFO.get(code, {}).get("name", code), "places": places}
