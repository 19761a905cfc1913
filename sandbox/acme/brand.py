"""A Broker's looks: its style variables and its logo, both made from name and colour."""

from flask import Blueprint, Response, render_template

from sandbox.acme.colour import INK, WHITE, apart, deep, mix, readable, text_on
from sandbox.world import Broker

NIGHT = "#101418"
MARKS = 3
ACCENTS = ("#e8893c", "#2ea79f", "#4a86d8")
COMPANIONS = (*ACCENTS, "#de5f7d")
NEIGHBOUR_DEGREES = 25


def blueprint(broker: Broker, number: int) -> Blueprint:
    """Return the style sheet of the Broker's colours and its logo as a picture.

    `number` chooses one of the drawn marks, so that neighbours in a world look different.
    """
    routes = Blueprint("brand", __name__)

    @routes.get("/brand.css")
    def stylesheet() -> Response:
        return Response(variables(broker.primary_colour), mimetype="text/css")

    @routes.get("/logo.svg")
    def logo() -> Response:
        return Response(render_template("logo.svg"), mimetype="image/svg+xml")

    @routes.get("/icon.svg")
    def icon() -> Response:
        return Response(render_template("icon.svg"), mimetype="image/svg+xml")

    palette = light(broker.primary_colour)
    routes.app_context_processor(lambda: {"mark": number % MARKS, "palette": palette})
    return routes


def light(primary: str) -> dict[str, str]:
    """Return the colours of the light page by name, made from the brand colour `primary`."""
    paper = mix(WHITE, primary, 0.03)
    accent = max(ACCENTS, key=lambda one: apart(one, primary))
    return {
        "brand": primary,
        "on-brand": text_on(primary),
        "deep": deep(primary, 7.5),
        "deeper": deep(primary, 13),
        "night": deep(primary, 12),
        "soft": mix(primary, WHITE, 0.55),
        "accent": accent,
        "second": _second(primary, accent),
        "paper": paper,
        "card": WHITE,
        "tint": mix(WHITE, primary, 0.1),
        "line": mix("#d5d9de", primary, 0.12),
        "ink": INK,
        "quiet": readable("#5a6470", mix(WHITE, primary, 0.1)),
        "link": readable(primary, mix(WHITE, primary, 0.1), WHITE),
        "warning": readable("#b3261e", mix(WHITE, primary, 0.1), WHITE),
    }


def _second(primary: str, accent: str) -> str:
    """Return a colour that goes with the brand's: near it, but not to be taken for it."""
    others = [one for one in COMPANIONS if one != accent and apart(one, primary) >= NEIGHBOUR_DEGREES]
    return min(others, key=lambda one: apart(one, primary))


def dark(primary: str) -> dict[str, str]:
    """Return the colours that differ on the dark page."""
    card, tint = mix(NIGHT, WHITE, 0.06), mix(mix(NIGHT, WHITE, 0.06), primary, 0.2)
    return {
        "paper": NIGHT,
        "card": card,
        "tint": tint,
        "line": mix(NIGHT, WHITE, 0.22),
        "ink": "#edf0f3",
        "quiet": readable("#9aa5b1", card, tint),
        "link": readable(primary, card, tint),
        "warning": readable("#f2a49c", card, tint),
    }


def variables(primary: str) -> str:
    """Return a style sheet that defines the colours for light and dark pages."""
    by_day, by_night = _declare(light(primary)), _declare(dark(primary))
    return f":root {{ {by_day} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {by_night} }} }}\n"


def _declare(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
