"""Answering our form as a recorded answer did its own: rightly, or wrongly."""

from tests.sandbox.leisure.partner import Json

_RIGHT = {
    "ShortAnswerFormFieldSpecification": "Three years",
    "ParagraphFormFieldSpecification": "Nothing to speak of",
    "BooleanFormFieldSpecification": True,
    "FileUploadFormFieldSpecification": "https://example.com/certificate.pdf",
}
_WRONG = ("This is not one of the ValueOptions!", "This is not a boolean!")


def answers(recorded: list[Json], form: list[Json]) -> list[Json]:
    """Return an answer to each question of `form`; wrong ones, where the recorded ones were.

    The suite's answer to what asks for a file is empty, be the others right or wrong.
    """
    wrong = any(answer["value"] in _WRONG for answer in recorded)
    values = {field["@id"]: _wrong(field) if wrong else right(field) for field in form}
    values |= {field["@id"]: "" for field in form if field["@type"].startswith("FileUpload")}
    return [{"@type": "PropertyValue", "propertyID": id_, "value": value} for id_, value in values.items()]


def right(field: Json) -> object:
    """Return an answer that fits its question."""
    return field["valueOption"][0] if "valueOption" in field else _RIGHT[field["@type"]]


def _wrong(field: Json) -> object:
    return _WRONG[1] if field["@type"] == "BooleanFormFieldSpecification" else True
