"""From `a[b][0]=c` to typed values, strictly.

A shape is written as a list of names: `email`, `limit:int`, `confirm:bool`, `usage:off_session|on_session`,
`card[exp_month]:int`, `expand[]`, `metadata[*]` (any keys). A final `!` makes a name required. An empty
string unsets texts, objects and lists, and what ends with `?`; it comes out as None.
What is not in the list is refused by name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.pay.errors import ApiError, invalid, missing

_BOOLEANS = {"true": True, "false": False}
_PART = re.compile(r"\[([^\[\]]*)\]")


@dataclass
class Shape:
    """What one parameter may hold: a scalar of `kind`, named children, a list of `item`, or any keys."""

    kind: str = ""
    required: bool = False
    unsettable: bool = False
    free: bool = False
    children: "dict[str, Shape]" = field(default_factory=dict)
    item: "Shape | None" = None


def shape(*names: str) -> Shape:
    """Return the shape that `names` describe; see the module's first lines."""
    root = Shape()
    for name in names:
        path, _, kind = name.rstrip("!?").partition(":")
        node = root
        for part in _split(path):
            node = _child(node, part)
        if not node.free:
            node.kind = kind or "text"
        node.required = name.endswith("!")
        node.unsettable = name.endswith("?")
    _clear_kinds(root)
    return root


def _clear_kinds(node: Shape) -> None:
    """Take the kind "text" from objects and lists that were also named by themselves."""
    if node.kind == "text" and (node.children or node.item or node.free):
        node.kind = ""
    for child in node.children.values():
        _clear_kinds(child)


def under(prefix: str, *names: str) -> tuple[str, ...]:
    """Return `names` nested below `prefix`: `under("card", "number")` is `card[number]`."""
    nested = []
    for name in names:
        head, bracket, rest = name.partition("[")
        word, colon, kind = head.partition(":")
        nested.append(f"{prefix}[{word}]{colon}{kind}{bracket}{rest}")
    return tuple(nested)


def decode(pairs: Iterable[tuple[str, str]], expected: Shape) -> dict[str, Any]:
    """Return the typed parameters in `pairs`; raise `ApiError` (400) for the first that does not fit."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        _plant(tree, _split(name), value, name)
    checked = _branch(tree, expected, "")
    _require(checked, expected, "")
    return checked


def _split(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    return [head, *_PART.findall(bracket + rest)]


def _child(node: Shape, part: str) -> Shape:
    if part == "":
        node.item = node.item or Shape()
        return node.item
    if part == "*":
        node.free = True
        return node
    return node.children.setdefault(part, Shape())


def _plant(tree: dict[str, Any], path: list[str], value: str, name: str) -> None:
    *branches, leaf = path
    for part in branches:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise invalid(f"Invalid parameter: {name}", param=name)
    tree[leaf or str(len(tree))] = value


def _branch(tree: dict[str, Any], expected: Shape, name: str) -> dict[str, Any]:
    values = {}
    for key, value in tree.items():
        below = f"{name}[{key}]" if name else key
        if key not in expected.children:
            raise _unknown(below)
        values[key] = _value(value, expected.children[key], below)
    return values


def _value(value: Any, expected: Shape, name: str) -> Any:
    if isinstance(value, str):
        return _scalar(value, expected, name)
    if expected.free:
        return {key: _scalar(text, Shape("text"), f"{name}[{key}]") or "" for key, text in value.items()}
    if expected.item is not None:
        if not all(key.isdigit() for key in value):
            raise invalid(f"Invalid array: {name}", param=name)
        ordered = sorted(value.items(), key=lambda entry: int(entry[0]))
        return [_value(entry, expected.item, f"{name}[{key}]") for key, entry in ordered]
    if not expected.children:
        raise _unknown(f"{name}[{next(iter(value))}]")
    return _branch(value, expected, name)


def _scalar(value: Any, expected: Shape, name: str) -> Any:
    if not isinstance(value, str):
        raise invalid(f"Invalid string: {name}", param=name)
    if not value:
        return _unset(expected, name)
    if not expected.kind:
        raise invalid(f"Invalid {'array' if expected.item else 'object'}: {name}", param=name)
    if expected.kind == "text":
        return value
    if expected.kind == "int":
        return _integer(value, name)
    return _choice(value, expected.kind, name)


def _unset(expected: Shape, name: str) -> None:
    if expected.required or (expected.kind not in ("", "text") and not expected.unsettable):
        message = f"You passed an empty string for '{name}'. Leave it out or give it a value."
        raise invalid(message, code="parameter_invalid_empty", param=name)


def _integer(value: str, name: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,15}", value):
        raise invalid(f"Invalid integer: {name}", code="parameter_invalid_integer", param=name)
    return int(value)


def _choice(value: str, kind: str, name: str) -> Any:
    choices = ("true", "false") if kind == "bool" else tuple(kind.split("|"))
    if value not in choices:
        # The value itself is not repeated: it may be a card number in the wrong place.
        raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", param=name)
    return _BOOLEANS.get(value, value)


def _unknown(name: str) -> ApiError:
    if name.partition("[")[0] == "payment_method_types":
        message = "payment_method_types can be read but not sent; send allowed_payment_method_types."
        return invalid(message, code="payment_method_types_no_longer_supported", param="payment_method_types")
    return invalid(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def _require(values: dict[str, Any], expected: Shape, name: str) -> None:
    for key, child in expected.children.items():
        below = f"{name}[{key}]" if name else key
        if child.required and key not in values:
            raise missing(below)
        if isinstance(values.get(key), dict) and child.children:
            _require(values[key], child, below)
