"""The classes, swims and gym sessions that a site may have on, each a SessionSeries with a weekly timetable."""

from dataclasses import dataclass

from sandbox.leisure import vocabulary
from sandbox.leisure.money import priced
from sandbox.leisure.opportunity import address
from sandbox.leisure.programme.sites import place
from sandbox.leisure.programme.weeks import EVENING, HALF_HOURLY, HOURLY, LUNCH, MORNING, NIGHT, WEEKEND, Week, by_day
from sandbox.leisure.wire import OWN, Document

OA = "https://openactive.io/"


@dataclass(frozen=True)
class Class:
    """One kind of session; `pence` is what adults pay, `flow` what booking it needs, `rules` members of its offers."""

    name: str
    activity: str
    description: str
    week: Week
    minutes: int = 60
    places: int = 20
    pence: int = 650
    ages: tuple[int, int | None] = (16, None)
    gender: str = "NoRestriction"
    level: str = ""
    mode: str = "Offline"
    support: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


CANCEL_A_DAY = (("latestCancellationBeforeStartDate", "P1D"),)
CANCEL_2_HOURS = (("latestCancellationBeforeStartDate", "PT2H"),)
A_WEEK_AHEAD = (("validFromBeforeStartDate", "P8D"), *CANCEL_2_HOURS)
AT_THE_DESK = (("openBookingPrepayment", f"{OA}Unavailable"),)
MAY_PAY = (("openBookingPrepayment", f"{OA}Optional"),)
CLASSES = (
    Class("Lane swimming", "Swimming", "Lanes for slow, medium and fast swimmers.", HOURLY, 55, 48, 540, (8, None),
          support=("Physical impairment", "Visual impairment"), rules=A_WEEK_AHEAD),
    Class("Gym session", "Gym Workout", "Weights, machines and a stretching area.", HALF_HOURLY, 60, 60, 700,
          rules=CANCEL_2_HOURS),
    Class("Sunrise yoga", "Yoga", "Begin the day slowly. Mats are there; bring water.", MORNING, 60, 18, 620,
          level="Beginner", rules=CANCEL_2_HOURS),
    Class("Indoor cycling", "Indoor Cycling", "Forty-five minutes of hills and sprints on the spot.", EVENING, 45, 24,
          780, level="Intermediate", rules=A_WEEK_AHEAD),
    Class("Lunchtime HIIT", "HIIT", "Half an hour, and back at your desk.", LUNCH, 30, 22, 590, level="Intermediate"),
    Class("Aqua fit", "Aqua Fit", "Exercise in chest-deep water, easy on the joints.", MORNING, 45, 30, 560,
          support=("Physical impairment",)),
    Class("Women's swim", "Swimming", "The pool for women and girls, with women as lifeguards.", WEEKEND, 60, 40, 500,
          (8, None), gender="FemaleOnly"),
    Class("Walking football for men over 50", "Walking Football", "No running, no heading, plenty of tea.", LUNCH, 60,
          16, 350, (50, None), gender="MaleOnly", rules=AT_THE_DESK),
    Class("Chair-based exercise", "Chair Based Exercise", "Strength and balance, sitting or standing.", LUNCH, 45, 15,
          0, (55, None), level="Beginner", support=("Physical impairment", "Learning impairment")),
    Class("Living-room Pilates", "Pilates", "Live on your screen; the link comes with your booking.", EVENING, 45, 200,
          450, mode="Online"),
    Class("Boxercise", "Boxercise", "Pads, bags and footwork. Nobody gets hit.", EVENING, 50, 20, 690, (14, None),
          level="Beginner", flow=("OpenBookingIntakeForm",)),
    Class("Junior gymnastics", "Gymnastics", "Tumbling, beam and bars for beginners.", WEEKEND, 60, 24, 850, (5, 11),
          level="Beginner", flow=("OpenBookingAttendeeDetails",), rules=CANCEL_A_DAY),
    Class("Learn to swim, stage 1", "Swimming Lessons", "First lessons, in the teaching pool.", WEEKEND, 30, 8, 720,
          (4, 7), level="Beginner", flow=("OpenBookingAttendeeDetails",), rules=CANCEL_A_DAY),
    Class("Netball", "Netball", "Seven a side; come alone or with a team.", EVENING, 60, 28, 480, rules=MAY_PAY),
    Class("Wheelchair basketball", "Wheelchair Basketball", "Sports chairs are there. All abilities.", WEEKEND, 90, 20,
          300, (12, None), support=("Physical impairment",)),
    Class("Overnight gym", "Gym Workout", "The gym never closes. Staffed all night.", NIGHT, 60, 25, 400, (18, None)),
    Class("Legs, bums and tums", "Legs Bums And Tums", "What it says.", EVENING, 45, 25, 600),
    Class("Tai chi in the studio and at home", "Tai Chi", "In the room or on your screen.", MORNING, 60, 30, 520,
          mode="Mixed", level="Beginner"),
    Class("Bouldering induction", "Bouldering", "An hour with an instructor; then the wall is yours.", WEEKEND, 60, 6,
          1500, (8, None), level="Beginner", flow=("OpenBookingApproval",), rules=CANCEL_A_DAY),
    Class("Badminton club night", "Badminton", "Turn up; pegs decide who plays whom.", EVENING, 120, 32, 550,
          rules=(("openBookingInAdvance", f"{OA}Unavailable"),)),
)  # fmt: skip


def series(number: int, of: Class, site: int, week: Week) -> Document:
    """Return a SessionSeries that takes place at `site`."""
    slug = of.activity.lower().replace(" ", "-")
    low, high = of.ages
    document: Document = {
        "name": of.name,
        "description": of.description,
        "url": f"{OWN}sessions/{number}",
        "activity": [vocabulary.activity(of.activity)],
        "image": [{"@type": "ImageObject", "url": f"{OWN}images/{slug}.svg"}],
        "eventAttendanceMode": f"https://schema.org/{of.mode}EventAttendanceMode",
        "genderRestriction": f"{OA}{of.gender}",
        "ageRange": {"@type": "QuantitativeValue", "minValue": low, **({"maxValue": high} if high else {})},
        "eventSchedule": [_schedule(of, *at) for at in by_day(week)],
        "offers": offers(number, of),
    }
    if of.mode != "Online":
        document["location"] = place(site)
    if of.level:
        document["level"] = [of.level]
    if of.support:
        document["accessibilitySupport"] = [vocabulary.accessibility_support(one) for one in of.support]
        document["accessibilityInformation"] = "Step-free way in, and staff who are glad to help."
    return document


def offers(number: int, of: Class) -> list[Document]:
    """Return the prices of a series: one for all, or adults, children and older people apart."""
    groups: list[tuple[str, int, Document]] = [("Adult", of.pence, {"minValue": 16})]
    low, high = of.ages
    if of.pence and low < 16 and not high:
        groups.append(("Junior", of.pence * 6 // 10 // 5 * 5, {"maxValue": 15}))
    if of.pence and not high:
        groups.append(("Over 65", of.pence * 7 // 10 // 5 * 5, {"minValue": 65}))
    if high:
        groups = [("Child", of.pence, {"minValue": low, "maxValue": high})]
    rules = {"openBookingFlowRequirement": [f"{OA}{one}" for one in of.flow]} if of.flow else {}
    return [
        {
            "@type": "Offer",
            "@id": f"{address('SessionSeries', number)}#/offers/{index}",
            "name": name,
            **priced(pence),
            "ageRestriction": {"@type": "QuantitativeValue", **ages},
            "allowCustomerCancellationFullRefund": True,
            **dict(of.rules),
            **rules,
        }
        for index, (name, pence, ages) in enumerate(groups)
    ]


def _schedule(of: Class, minute: int, days: tuple[int, ...]) -> Document:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    end = minute + of.minutes
    return {
        "@type": "PartialSchedule",
        "repeatFrequency": "P1W",
        "startTime": f"{minute // 60:02}:{minute % 60:02}",
        "endTime": f"{end // 60 % 24:02}:{end % 60:02}",
        "byDay": [f"https://schema.org/{names[day]}" for day in days],
        "scheduleTimezone": "Europe/London",
    }
