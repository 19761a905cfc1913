"""`make screenshots`: the README's pictures, taken from the real pages of a demo of its own."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.chromium import INSTALLED
from tests.journeys.person import Person
from tests.journeys.stack import Stack, demo
from tests.journeys.visitor import Visitor

IMAGES = Path(__file__).parent / "images"
PHONE = {"width": 390, "height": 760}


def main() -> None:
    """Take every picture; they replace the ones in docs/images."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=INSTALLED, args=["--no-sandbox", "--disable-gpu"])
        acme = _cards_of(browser, stack, ("alex@acmebroker.example", "acmebroker", ""), scheme="light")
        harbour = _cards_of(browser, stack, ("sam@harbour.example", "harbour", "acct_1HarbourLeisure"), scheme="dark")
        _save(acme.page.screenshot(), "cards-phone.png")
        _beside([acme.page.screenshot(), harbour.page.screenshot()], "two-brands.png")
        acme.start_adding("4000002500003155")
        expect(acme.challenge.get_by_role("button", name="Complete authentication")).to_be_visible(timeout=20_000)
        acme.page.wait_for_timeout(500)
        _save(acme.page.screenshot(), "add-challenge.png")
        browser.close()


def _cards_of(browser: Browser, stack: Stack, who: tuple[str, str, str], *, scheme: str) -> Person:
    """Return a person (e-mail, Broker, payment account) with three cards, looking at their list."""
    email, broker, account = who
    visitor = Visitor(stack)
    visitor.sign_in_at_broker(email, broker)
    for number in ("5555555555554444", "378282246310005", "4242424242424242"):
        visitor.add_card(number, broker, account)
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, color_scheme=scheme, locale="en-GB")  # type: ignore[arg-type]
    person = Person(context.new_page(), stack)
    person.sign_in_at_broker(email, broker)
    person.open_cards()
    _nickname(person.page)
    return person


def _nickname(page: Page) -> None:
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_label("Nickname").fill("Everyday")
    page.get_by_role("button", name="Save").click()
    page.goto(page.url)


def _save(picture: bytes, name: str) -> None:
    _shrunk(Image.open(BytesIO(picture))).save(IMAGES / name, optimize=True)


def _beside(pictures: list[bytes], name: str) -> None:
    images = [Image.open(BytesIO(picture)) for picture in pictures]
    gap = 48
    sheet = Image.new("RGB", (sum(one.width for one in images) + gap, images[0].height), "#8a929c")
    sheet.paste(images[0], (0, 0))
    sheet.paste(images[1], (images[0].width + gap, 0))
    _shrunk(sheet).save(IMAGES / name, optimize=True)


def _shrunk(image: Image.Image) -> Image.Image:
    """Return the picture with few colours: a page has few, and the repository stays light."""
    return image.convert("RGB").quantize(128, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
