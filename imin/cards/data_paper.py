"""The copy of a Customer's data on paper: A4, in the Broker's colour, in the reader's language and direction.

Typeset by Typst from data, never from markup, so that nothing a person typed can become an instruction. The fonts come
along (imin/cards/fonts): DejaVu Sans has the letters of every language that the pages speak.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from imin.brokers.acting import acting
from imin.brokers.languages import direction
from imin.cards.countries import address_in_words
from imin.cards.door import Visit
from imin.cards.history_words import day, moment, told
from imin.cards.wording import shown
from imin.payments import queries
from imin.payments.brands import spoken
from imin.rights.kept import kept

_HERE = Path(__file__).parent
_TEMPLATE = str(_HERE / "data.typ")
Section = dict[str, Any]


def paper(visit: Visit, whole: dict[str, Any]) -> bytes:
    """Return the PDF (tagged, so that it can be read aloud)."""
    said = {
        "language": (translation.get_language() or "en").partition("-")[0],
        "rtl": translation.get_language_bidi(),
        "colour": visit.tenant.look.primary or "#1d4ed8",
        "broker": visit.tenant.name,
        "title": _("Your data"),
        "made": _("Made on %(time)s") % {"time": moment(visit.now)},
        "page": _("Page"),
        "sections": list(_sections(visit, whole)),
    }
    return typst.compile(
        _TEMPLATE,
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(said, ensure_ascii=False, default=str)},
        format="pdf",
    )


def _sections(visit: Visit, whole: dict[str, Any]) -> Iterator[Section]:
    tables = whole["tables"]
    (person,) = tables["customers_customer"]
    yield _section(
        _("Your account"),
        [
            [
                (_("Identifier"), person["identifier"]),
                (_("Name"), f"{person['given_name']} {person['family_name']}".strip()),
                (_("E-mail address"), person["email"]),
                (_("How %(broker)s knows you") % {"broker": visit.tenant.name}, person["subject"]),
                (_("Since"), _time(person["created_at"])),
            ]
        ],
    )
    yield _section(_("Your cards"), [_card(visit, card) for card in [*visit.wallet.cards, *visit.wallet.removed]])
    cards = {card["id"]: spoken(card["brand"], card["last4"]) for card in tables.get("payments_card", [])}
    yield _section(
        _("Bookings that need a card"),
        [
            [(one["title"], day(date.fromisoformat(one["day"]))), (_("Card"), cards.get(one["card_id"], ""))]
            for one in tables.get("payments_cardbooking", [])
        ],
    )
    yield _section(
        _("What you agreed to"), [_consent(one, cards) for one in tables.get("payments_consentevidence", [])]
    )
    yield _section(_("What happened"), _history(visit))
    yield _section(
        _("When you signed in"),
        [[(_time(one["created_at"]), _time(one["ended_at"]))] for one in tables.get("identity_session", [])],
    )
    yield _section(_("What must be kept"), [[(one.what, f"{one.why} {one.how_long}.")] for one in kept()])


def _section(title: str, rows: list[list[tuple[str, Any]]]) -> Section:
    filled = [[[name, value] for name, value in row if value or len(row) == 1] for row in rows]
    return {"title": title, "rows": filled, "nothing": _("Nothing.")}


def _card(visit: Visit, card: Any) -> list[tuple[str, str]]:
    seen = shown(card, visit.now)
    return [
        (seen.spoken, seen.expiry),
        (_("Nickname"), card.nickname),
        (_("Name on the card"), card.holder_name),
        (_("Billing address"), address_in_words(card.address)),
        (_("Saved"), moment(card.created_at)),
        (_("Recently removed"), moment(card.removed_at) if card.removed_at else ""),
    ]


def _consent(given: dict[str, Any], cards: dict[str, str]) -> list[tuple[str, Any]]:
    return [
        (_time(given["given_at"]), _in_its_language(given) if given["text"] else given["text_hash"]),
        (_("Card"), cards.get(given["card_id"], "")),
        (_("IP address"), given["ip"]),
        (_("Browser"), given["user_agent"]),
        (_("Ended"), _time(given["ended_at"])),
    ]


def _in_its_language(given: dict[str, Any]) -> dict[str, Any]:
    """Return the text as it was read: its full stop stands at its own end, whatever the paper speaks."""
    language = given["language"]
    return {
        "text": given["text"],
        "language": language.partition("-")[0],
        "rtl": direction(language) == "rtl",
    }


def _history(visit: Visit) -> list[list[tuple[str, str]]]:
    with acting(visit.tenant.broker_id, visit.customer_id):
        entries = queries.history_of(visit.customer_id)
    words = [told(entry, broker_name=visit.tenant.name) for entry in entries]
    return [[(one.at, " · ".join([one.what, one.who, *filter(None, [one.card]), *one.lines]))] for one in words]


def _time(text: str | None) -> str:
    return moment(datetime.fromisoformat(text)) if text else ""
