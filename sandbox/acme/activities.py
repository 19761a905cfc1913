"""What a Broker's demo site has on offer, and what its people have booked: always the same, and made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Activity:
    """A card on the home page; `picture` names its drawing."""

    picture: str
    name: str
    when: str
    where: str
    price: str


@dataclass(frozen=True)
class Booking:
    """A line under "Upcoming bookings"."""

    picture: str
    name: str
    day: str
    time: str
    where: str
    state: str


ACTIVITIES = (
    Activity("swim", "Lane swimming", "Every day, 6:30 to 21:00", "Quayside Pool", "from £4.80"),
    Activity("badminton", "Badminton court", "Slots of 55 minutes", "Central Sports Hall", "from £9.50"),
    Activity("yoga", "Sunrise yoga", "Tuesdays and Thursdays, 7:00", "Park Pavilion", "from £6.00"),
    Activity("football", "Five-a-side football", "Wednesdays, 19:30", "Meadow Pitches", "from £5.00"),
    Activity("climb", "Climbing taster", "Saturdays, 10:00", "The Old Mill Wall", "from £12.00"),
    Activity("cycle", "Indoor cycling", "Mondays, 18:15", "Studio 2, Central Sports Hall", "from £7.20"),
)

BOOKINGS = (
    Booking("yoga", "Sunrise yoga", "Thursday", "7:00 to 8:00", "Park Pavilion", "Confirmed"),
    Booking("badminton", "Badminton court 3", "Saturday", "14:00 to 14:55", "Central Sports Hall", "Confirmed"),
    Booking("swim", "Lane swimming", "Sunday", "9:30 to 10:30", "Quayside Pool", "Confirmed"),
)
