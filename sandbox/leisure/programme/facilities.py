"""Courts and pitches for hire: each a FacilityUse, with its courts told apart or counted."""

from dataclasses import dataclass

from sandbox.leisure import vocabulary
from sandbox.leisure.opportunity import address, unit_address
from sandbox.leisure.programme.sites import place
from sandbox.leisure.wire import OWN, Document


@dataclass(frozen=True)
class Facility:
    """`courts` of one kind; a customer books a certain one when they are `apart`, else any."""

    name: str
    kind: str
    courts: int
    apart: bool
    minutes: int
    pence: int


FACILITIES = (
    Facility("Badminton", "Badminton Court", 4, True, 60, 1150),
    Facility("Squash", "Squash Court", 2, True, 60, 900),
    Facility("Five-a-side pitch", "Football Pitch", 3, False, 60, 3600),
    Facility("Tennis", "Tennis Court", 4, True, 60, 800),
    Facility("Table tennis", "Table Tennis Table", 6, False, 60, 450),
    Facility("Padel", "Padel Tennis Court", 2, True, 60, 2400),
    Facility("Cricket nets", "Cricket Net", 2, False, 60, 1800),
    Facility("Sports hall", "Sports Hall", 1, False, 60, 4500),
)


def facility_use(number: int, of: Facility, site: int) -> Document:
    """Return a FacilityUse at `site`."""
    slug = of.kind.lower().replace(" ", "-")
    document: Document = {
        "name": of.name,
        "description": f"{of.name} for hire by the hour. Bring your own equipment, or borrow ours at the desk.",
        "url": f"{OWN}facilities/{number}",
        "facilityType": [vocabulary.facility_type(of.kind)],
        "image": [{"@type": "ImageObject", "url": f"{OWN}images/{slug}.svg"}],
        "location": place(site),
    }
    if of.apart:
        facility = address("FacilityUse", number)
        document["individualFacilityUse"] = [
            {
                "@type": "IndividualFacilityUse",
                "@id": unit_address(facility, unit),
                "name": f"{of.name}, court {unit}",
            }
            for unit in range(1, of.courts + 1)
        ]
    return document
