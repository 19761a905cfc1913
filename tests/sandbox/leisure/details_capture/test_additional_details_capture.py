"""details-capture/additional-details-capture: the seller's own questions, of all five kinds."""

import pytest

from tests.sandbox.leisure.partner import Json, Partner, item
from tests.sandbox.leisure.recorded import forms
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors, through

CRITERION = "BookableAdditionalDetails"
KINDS = ("ShortAnswer", "Paragraph", "Dropdown", "Boolean", "FileUpload")


def _form(partner: Partner, one: Json) -> list[Json]:
    answer = partner.c1(one)
    assert answer.status_code == 200
    return list(answer.json["orderedItem"][0]["orderItemIntakeForm"])


def _items(one: Json, form: list[Json], **changed: object) -> list[Json]:
    """Return an item that answers the form rightly, but for fields of the kinds in `changed`; None: not at all."""
    values = {field["@id"]: changed.get(_kind(field), forms.right(field)) for field in form}
    answers = [{"@type": "PropertyValue", "propertyID": id_, "value": value} for id_, value in values.items()]
    return [{**item(one, 0), "orderItemIntakeFormResponse": [one for one in answers if one["value"] is not None]}]


def _kind(field: Json) -> str:
    return str(field["@type"]).removesuffix("FormFieldSpecification")


def test_every_kind_of_question_is_asked(partner: Partner) -> None:
    form = _form(partner, partner.make(CRITERION))
    assert [_kind(field) for field in form] == list(KINDS)
    assert all(field["@id"].startswith("http") for field in form)
    assert form[2]["valueOption"]


@each_kind
@each_flow
def test_the_right_answers_are_kept(partner: Partner, kind: str, *, approval: bool) -> None:
    one = partner.make(CRITERION, kind, approval=approval)
    items = _items(one, _form(partner, one))
    order = through(partner, one, approval=approval, orderedItem=items)
    assert order.status_code == 201, order.json
    shown = order.json["orderedItem"][0]["orderItemIntakeFormResponse"]
    assert shown == items[0]["orderItemIntakeFormResponse"]


@each_flow
def test_no_answers_are_an_error_for_each_that_is_required(partner: Partner, *, approval: bool) -> None:
    one = partner.make(CRITERION, approval=approval)
    required = [field["@id"] for field in _form(partner, one) if field.get("valueRequired")]
    for answer in each(partner, one, approval=approval, c1=False).values():
        assert item_errors(answer) == [["IncompleteIntakeFormError"] * len(required)]
        assert [error["instance"] for error in answer.json["orderedItem"][0]["error"]] == required


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ShortAnswer", True),
        ("Paragraph", 5),
        ("Dropdown", "This is not one of the ValueOptions!"),
        ("Boolean", "This is not a boolean!"),
        ("FileUpload", "certificate"),
    ],
)
@each_flow
def test_a_wrong_answer_is_an_error(partner: Partner, kind: str, value: object, *, approval: bool) -> None:
    one = partner.make(CRITERION, approval=approval)
    items = _items(one, _form(partner, one), **{kind: value})
    for answer in each(partner, one, approval=approval, c1=False, orderedItem=items).values():
        assert item_errors(answer) == [["InvalidIntakeFormError"]]


@each_flow
def test_an_empty_answer_is_none(partner: Partner, *, approval: bool) -> None:
    """The suite answers what asks for a file with an empty text, and expects to book (`templates/common.js`)."""
    one = partner.make(CRITERION, approval=approval)
    form = _form(partner, one)
    order = through(partner, one, approval=approval, orderedItem=_items(one, form, FileUpload=""))
    assert order.status_code == 201, order.json
    assert "" not in [row["value"] for row in order.json["orderedItem"][0]["orderItemIntakeFormResponse"]]
    assert item_errors(partner.c2(one, orderedItem=_items(one, form, Paragraph=""))) == [["IncompleteIntakeFormError"]]


def test_yes_or_no_may_be_left_open(partner: Partner) -> None:
    one = partner.make(CRITERION)
    assert partner.c2(one, orderedItem=_items(one, _form(partner, one), Boolean=None)).status_code == 200
