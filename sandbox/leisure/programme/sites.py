"""The operators' sites: made-up centres in real towns of the United Kingdom."""

from dataclasses import dataclass

from sandbox.leisure.wire import OWN, Document


@dataclass(frozen=True)
class Town:
    """A town, and the middle of it."""

    name: str
    region: str
    postcode: str
    latitude: float
    longitude: float


TOWNS = (
    Town("Leeds", "West Yorkshire", "LS1 3AD", 53.7997, -1.5492),
    Town("Bristol", "City of Bristol", "BS1 5TR", 51.4526, -2.5975),
    Town("Glasgow", "Glasgow City", "G2 1DU", 55.8611, -4.2502),
    Town("Cardiff", "Cardiff", "CF10 3ND", 51.4854, -3.1787),
    Town("Belfast", "County Antrim", "BT1 5GS", 54.5968, -5.9301),
    Town("Newcastle upon Tyne", "Tyne and Wear", "NE1 8QH", 54.9778, -1.6131),
    Town("Norwich", "Norfolk", "NR2 1NH", 52.6283, 1.2923),
    Town("Plymouth", "Devon", "PL1 2AA", 50.3713, -4.1424),
    Town("Inverness", "Highland", "IV1 1HD", 57.4776, -4.2247),
    Town("Birmingham", "West Midlands", "B1 1BB", 52.4797, -1.9027),
    Town("Swansea", "Swansea", "SA1 3SN", 51.6195, -3.9436),
    Town("Brighton", "East Sussex", "BN1 1JE", 50.8229, -0.1363),
)
BUILDINGS = ("Leisure Centre", "Pool", "Sports Village", "Lido", "Arena", "Studios", "Community Hub", "Gymnastics Hall")
AMENITIES = ("ChangingFacilities", "Showers", "Lockers", "Towels", "Creche", "Parking")


def place(number: int) -> Document:
    """Return the site `number`, counted from 1, as JSON-LD; there are as many as are asked for."""
    town = TOWNS[number % len(TOWNS)]
    building = BUILDINGS[number // len(TOWNS) % len(BUILDINGS)]
    again = number // (len(TOWNS) * len(BUILDINGS))
    return {
        "@type": "Place",
        "@id": f"{OWN}id/places/{number}",
        "identifier": number,
        "name": f"{town.name} {building}" + (f" {again + 1}" if again else ""),
        "url": f"{OWN}places/{number}",
        "telephone": f"01632 96{number % 10000:04}",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": f"{number % 180 + 1} Station Road",
            "addressLocality": town.name,
            "addressRegion": town.region,
            "postalCode": town.postcode,
            "addressCountry": "GB",
        },
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": round(town.latitude + (number * 37 % 41 - 20) / 1000, 6),
            "longitude": round(town.longitude + (number * 53 % 61 - 30) / 1000, 6),
        },
        "amenityFeature": [
            {"@type": kind, "name": _words(kind), "value": (number + index) % 3 > 0}
            for index, kind in enumerate(AMENITIES)
        ],
    }


def _words(kind: str) -> str:
    return "Changing facilities" if kind == "ChangingFacilities" else kind
