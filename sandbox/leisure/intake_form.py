"""The seller's own questions, where the offer asks for a form (Open Booking API, "Additional details").

One form for all of them, with every kind of field that there is. No file is demanded, as the official suite answers a
question of that kind with an empty text; and an empty text is no answer, neither examined nor reflected.
"""

from collections.abc import Callable
from typing import Any

from sandbox.leisure.draft import C1, Draft, Line, flow
from sandbox.leisure.wire import OWN, Document

_FIELD = f"{OWN}id/form-fields"
FORM: list[Document] = [
    {
        "@type": "ShortAnswerFormFieldSpecification",
        "@id": f"{_FIELD}/experience",
        "name": "Experience",
        "description": "How long have you been doing this?",
        "valueRequired": True,
    },
    {
        "@type": "ParagraphFormFieldSpecification",
        "@id": f"{_FIELD}/health",
        "name": "Health",
        "description": "Is there anything that the instructor should know?",
        "valueRequired": True,
    },
    {
        "@type": "DropdownFormFieldSpecification",
        "@id": f"{_FIELD}/age",
        "name": "Age",
        "description": "So that you find yourself in the right group",
        "valueRequired": True,
        "valueOption": ["Under 18", "18 to 59", "60 or older"],
    },
    {
        "@type": "BooleanFormFieldSpecification",
        "@id": f"{_FIELD}/photographs",
        "name": "Photographs",
        "description": "May we take photographs with you in them?",
    },
    {
        "@type": "FileUploadFormFieldSpecification",
        "@id": f"{_FIELD}/insurance",
        "name": "Insurance",
        "description": "The address of your certificate of insurance",
    },
]


def check(draft: Draft) -> None:
    """Show the form, and from C2 on demand that what must be answered is, and that every answer fits its question."""
    for line in draft.lines:
        asked = "https://openactive.io/OpenBookingIntakeForm" in flow(line)
        if asked:
            line.extra["orderItemIntakeForm"] = FORM
        answers = _given(line.sent.get("orderItemIntakeFormResponse"))
        if answers:
            line.extra["orderItemIntakeFormResponse"] = answers
        if asked and draft.stage is not C1:
            _demand(line, {str(row.get("propertyID")): row["value"] for row in answers})


def _given(sent: object) -> list[Document]:
    """Return the answers that say something."""
    rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
    return [row for row in rows if row.get("value") not in (None, "")]


def _demand(line: Line, answers: Document) -> None:
    for field in FORM:
        value = answers.get(field["@id"])
        if value is None:
            if field.get("valueRequired"):
                line.fail("IncompleteIntakeFormError", f"{field['name']} must be answered.", field["@id"])
        elif why := _KINDS[field["@type"]](value, field):
            line.fail("InvalidIntakeFormError", f"{field['name']} must be {why}.", field["@id"])


def _text(value: Any, field: Document) -> str:
    _ = field
    return "" if isinstance(value, str) and value else "text"


def _option(value: Any, field: Document) -> str:
    return "" if value in field["valueOption"] else "one of the options"


def _yes_or_no(value: Any, field: Document) -> str:
    _ = field
    return "" if isinstance(value, bool) else "true or false"


def _url(value: Any, field: Document) -> str:
    _ = field
    return "" if isinstance(value, str) and value.startswith(("https://", "http://")) else "a URL"


_KINDS: dict[str, Callable[[Any, Document], str]] = {
    "ShortAnswerFormFieldSpecification": _text,
    "ParagraphFormFieldSpecification": _text,
    "DropdownFormFieldSpecification": _option,
    "BooleanFormFieldSpecification": _yes_or_no,
    "FileUploadFormFieldSpecification": _url,
}
