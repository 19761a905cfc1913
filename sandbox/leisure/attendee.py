"""Details of whoever takes part, where the offer asks for them (Open Booking API, "Attendee details")."""

from sandbox.leisure.draft import C1, Draft, Line, flow

REQUIRED = ("givenName", "familyName", "email", "telephone")


def check(draft: Draft) -> None:
    """Say what is required, and demand it from C2 on; who was named, though nobody asked, is kept all the same."""
    for line in draft.lines:
        if "https://openactive.io/OpenBookingAttendeeDetails" in flow(line):
            line.extra["attendeeDetailsRequired"] = [f"https://schema.org/{name}" for name in REQUIRED]
            if draft.stage is not C1:
                _demand(line)
        if "attendee" in line.sent:
            line.extra["attendee"] = line.sent["attendee"]


def _demand(line: Line) -> None:
    sent = line.sent.get("attendee")
    given = sent if isinstance(sent, dict) and sent.get("@type") == "Person" else {}
    missing = [name for name in REQUIRED if not given.get(name)]
    if missing:
        line.fail("IncompleteAttendeeDetailsError", f"Missing: {', '.join(missing)}.")
