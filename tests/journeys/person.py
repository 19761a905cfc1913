"""A person at a browser: with a mouse or a finger, or by keyboard alone; and what they must be able to rely on."""

from dataclasses import dataclass

from playwright.sync_api import Error, FrameLocator, Locator, Page, expect

from tests import axe
from tests.journeys.stack import Stack

MOST_TABS = 60
PASSWORD = "open sesame"


@dataclass
class Person:
    """Somebody who uses the pages; `keyboard` means that they have nothing else."""

    page: Page
    stack: Stack
    keyboard: bool = False

    # ── hands ──────────────────────────────────────────────────────────────────────────────────────────────

    def press(self, target: Locator) -> None:
        """Click, or tab to the control and press Enter."""
        expect(target).to_be_visible()
        if not self.keyboard:
            target.scroll_into_view_if_needed()
            self.page.wait_for_timeout(
                250
            )  # just after a scroll, a headless Chromium with frames clicks by the old layout
            target.click()
            return
        self.reach(target)
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(100)  # unlike a click, a key does not wait for the page that it opens
        self.page.wait_for_load_state()

    def tick(self, target: Locator) -> None:
        if not self.keyboard:
            target.check()
            return
        self.reach(target)
        self.page.keyboard.press("Space")

    def write(self, target: Locator, text: str) -> None:
        if not self.keyboard:
            target.fill(text)
            return
        self.reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def reach(self, target: Locator) -> None:
        """Press Tab until `target` has the focus; fail when it never gets it."""
        for _ in range(MOST_TABS):
            try:
                if target.evaluate("element => document.hasFocus() && element === document.activeElement"):
                    return
            except Error as leaving:
                if "context was destroyed" not in str(leaving):
                    raise
                self.page.wait_for_load_state()  # the page before was still there
                continue
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by keyboard")

    # ── ways ───────────────────────────────────────────────────────────────────────────────────────────────

    def sign_in_at_broker(self, email: str = "alex@acmebroker.example", broker: str = "acmebroker") -> None:
        self.page.goto(self.stack.site("/sign-in", broker))
        self.write(self.page.get_by_label("E-mail address"), email)
        self.write(self.page.get_by_label("Password"), PASSWORD)
        self.press(self.page.get_by_role("main").get_by_role("button", name="Sign in"))
        expect(self.page.get_by_role("link", name="Payment cards").first).to_be_visible()

    def open_cards(self) -> None:
        """Follow the link on the Broker's dashboard."""
        self.press(self.page.get_by_role("link", name="Payment cards").first)
        expect(self.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible()

    def fill_card(self, number: str, expiry: str = "08 / 31", code: str = "123") -> None:
        fields = self.fields
        expect(fields.get_by_label("Card number")).to_be_visible(timeout=20_000)
        self.write(fields.get_by_label("Card number"), number)
        self.write(fields.get_by_label("Expiry date"), expiry)
        self.write(fields.get_by_label("Security code"), code)

    def start_adding(self, number: str, **card: str) -> None:
        """Open the form, fill it in, agree and press Save; what comes then is up to the bank."""
        self.press(self.page.get_by_role("link", name="Add a card"))
        expect(self.page.get_by_role("heading", name="Add a card")).to_be_visible()
        self.fill_card(number, **card)
        self.tick(self.page.get_by_role("checkbox").first)  # a second consent may be asked for
        self.press(self.page.get_by_role("button", name="Save card"))

    def add(self, number: str, **card: str) -> None:
        self.start_adding(number, **card)
        expect(self.page.get_by_role("heading", name="Payment cards", level=1)).to_be_visible(timeout=20_000)

    def answer_challenge(self, button: str) -> None:
        target = self.challenge.get_by_role("button", name=button)
        expect(target).to_be_visible(timeout=20_000)
        self.press(target)

    # ── sight ──────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def fields(self) -> FrameLocator:
        """The payment service's own frame with the card fields."""
        return self.page.frame_locator("#element iframe")

    @property
    def challenge(self) -> FrameLocator:
        """The bank's page in its dialog."""
        return self.page.frame_locator("dialog iframe, [role=dialog] iframe")

    def cards(self) -> list[str]:
        """Return what each card in the list says, in order."""
        rows = self.page.locator("main > ul.cards > li")
        return [" ".join(text.split()) for text in rows.all_inner_texts()]

    def check_page(self) -> None:
        """Assert that axe finds nothing and that nothing sticks out sideways."""
        try:
            assert axe.violations(self.page) == []
        except Error as leaving:
            if "context was destroyed" not in str(leaving) and "axe is not defined" not in str(leaving):
                raise
            self.page.wait_for_load_state()  # the page before was still there
            assert axe.violations(self.page) == []
        self.check_width()

    def check_page_in_every_light(self) -> None:
        """Check the page in light, its colours in the dark and in those of the person's own machine."""
        self.check_page()
        for media in ({"color_scheme": "dark"}, {"color_scheme": "light", "forced_colors": "active"}):
            self.page.emulate_media(**media)
            assert axe.violations(self.page, **axe.COLOURS) == [], media
            self.check_width()
        self.page.emulate_media(color_scheme="light", forced_colors="none")

    def check_width(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"
