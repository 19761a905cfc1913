"""Every place of a request that takes text: how a card number is put there."""

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

from tests.security.call import SIGN_IN, TOKEN, Call
from tests.security.digits import escaped

Push = Callable[[Call, str], Call]
_FORM = "application/x-www-form-urlencoded"


def _every_character(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _wire(text: str) -> str:
    """Return `text` as a WSGI server hands a header on."""
    return text.encode().decode("latin-1")


def _token(text: str) -> str:
    """Return the nearest thing that HTTP takes as a method (RFC 9110, 5.6.2)."""
    return re.sub(r"[^\w.+-]", "-", text, flags=re.ASCII)


def _query(encode: Callable[[str], str], pattern: str) -> Push:
    def push(call: Call, text: str) -> Call:
        joint = "&" if "?" in call.path else "?"
        return call.but(path=call.path + joint + pattern.format(encode(text)))

    return push


def _path(encode: Callable[[str], str]) -> Push:
    return lambda call, text: call.but(path=call.path.partition("?")[0].rstrip("/") + "/" + encode(text))


def _header(name: str, pattern: str = "{}") -> Push:
    return lambda call, text: call.saying(**{name: pattern.format(_wire(text))})


def _field(name: str) -> Push:
    """In a field of the form, in place of what stood there."""

    def push(call: Call, text: str) -> Call:
        fields = dict(parse_qsl(call.body.decode())) if call.content_type == _FORM else {"csrfmiddlewaretoken": TOKEN}
        return call.but(body=urlencode({**fields, name: text}).encode(), content_type=_FORM)

    return push


def _named_field(call: Call, text: str) -> Call:
    fields = parse_qsl(call.body.decode()) if call.content_type == _FORM else [("csrfmiddlewaretoken", TOKEN)]
    return call.but(body=urlencode([*fields, (text, "1")]).encode(), content_type=_FORM)


def _first_of_two(call: Call, text: str) -> Call:
    """In the first of two fields of one name, of which only the second is read."""
    fields = parse_qsl(call.body.decode()) if call.content_type == _FORM else [("csrfmiddlewaretoken", TOKEN)]
    return call.but(body=urlencode([("nickname", text), *fields, ("nickname", "x")]).encode(), content_type=_FORM)


def _multipart(head: str, body: str = "x") -> Push:
    def push(call: Call, text: str) -> Call:
        parts = [f'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}']
        parts.append(f"Content-Disposition: form-data; {head}\r\n\r\n{body}".replace("CARD", text))
        sent = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
        return call.but(body=sent.encode(), content_type="multipart/form-data; boundary=b")

    return push


def _json(write: Callable[[str], str]) -> Push:
    def push(call: Call, text: str) -> Call:
        sent = call.saying(HTTP_X_CSRFTOKEN=TOKEN)
        return sent.but(body=write(text).encode(), content_type="application/json")

    return push


def _text(call: Call, text: str) -> Call:
    return call.saying(HTTP_X_CSRFTOKEN=TOKEN).but(body=text.encode(), content_type="text/plain")


EVERYWHERE: dict[str, Push] = {
    "path": _path(lambda text: quote(text, safe="")),
    "path, every character encoded": _path(_every_character),
    "query value": _query(quote_plus, "note={}"),
    "query value, every character encoded": _query(_every_character, "note={}"),
    "query value before another of its name": _query(_every_character, "note={}&note=1"),
    "query name": _query(_every_character, "{}=1"),
    "return path": _query(_every_character, "return=/edit?{}"),
    "header": _header("HTTP_X_NOTE"),
    "Referer": _header("HTTP_REFERER", "http://acmebroker.localhost/?card={}"),
    "Referer, encoded": lambda call, text: call.saying(
        HTTP_REFERER=f"http://acmebroker.localhost/?card={_every_character(text)}"
    ),
    "User-Agent": _header("HTTP_USER_AGENT", "Mozilla/5.0 ({})"),
    "Accept-Language": _header("HTTP_ACCEPT_LANGUAGE"),
    "request id": _header("HTTP_X_REQUEST_ID"),
    "sign-in cookie": lambda call, text: call.holding(SIGN_IN, _wire(text)),
}
LET_THROUGH: dict[str, Push] = {
    "host": lambda call, text: call.but(host=_wire(text)),
    "method": lambda call, text: call.but(method=_token(text)),
    "header name": lambda call, text: call.saying(**{f"HTTP_{_wire(text)}": "1"}),
    "cookie": lambda call, text: call.holding("note", _wire(text)),
    "cookie name": lambda call, text: call.holding(quote(text), "1"),
    "cookie, every character encoded": lambda call, text: call.holding("note", _every_character(text)),
}
IN_BODY: dict[str, Push] = {
    **{f"field {name}": _field(name) for name in ("nickname", "holder_name", "line1", "postal_code", "exp_year")},
    **{f"field {name}": _field(name) for name in ("version", "unknown", "logout_token", "csrfmiddlewaretoken")},
    "field name": _named_field,
    "first of two fields": _first_of_two,
    "multipart field": _multipart('name="nickname"', "CARD"),
    "multipart field name": _multipart('name="CARD"'),
    "multipart file name": _multipart('name="file"; filename="CARD.txt"'),
    "multipart file": _multipart('name="file"; filename="card.txt"\r\nContent-Type: text/plain', "CARD"),
    "JSON value": _json(lambda text: json.dumps({"attempt": text, "consent": True}, ensure_ascii=False)),
    "JSON name": _json(lambda text: json.dumps({text: 1}, ensure_ascii=False)),
    "JSON escapes": _json(lambda text: f'{{"attempt": {escaped(text)}}}'),
    "JSON, deep inside": _json(lambda text: json.dumps([[{"a": [text]}]], ensure_ascii=False)),
    "plain text": _text,
}
