"""The seller's own questions, where the offer asks for a form (Open Booking API, "Additional details").

One form for all of them, with every kind of field that there is.
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
        "valueRequired": True,
    },
]


def check(draft: Draft) -> None:
    """Show the form, and from C2 on demand that what must be answered is, and that every answer fits its question."""
    for line in draft.lines:
        asked = "https://openactive.io/OpenBookingIntakeForm" in flow(line)
        if asked:
            line.extra["orderItemIntakeForm"] = FORM
        answers = line.sent.get("orderItemIntakeFormResponse")
        if answers is not None:
            line.extra["orderItemIntakeFormResponse"] = answers
        if asked and draft.stage is not C1:
            _demand(line, _answers(answers))


def _answers(sent: object) -> Document:
    """Return the answers by the `@id` of their fields."""
    rows = [row for row in sent if isinstance(row, dict)] if isinstance(sent, list) else []
    return {str(row.get("propertyID")): row.get("value") for row in rows}


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
