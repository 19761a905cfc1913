"""What a mail says, as words in order; its HTML and its plain text are both made from this one source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True)
class Letter:
    """A mail's words, in the Customer's language. `facts` are pairs of name and value; `stop` ends such mails."""

    subject: str
    preheader: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    button: Link
    small: tuple[str, ...]
    stop: Link | None = None

    @property
    def text(self) -> str:
        """The plain-text part: the same words, and each link's address."""
        parts = [
            self.heading,
            *self.paragraphs,
            "\n".join(f"{name}: {value}" for name, value in self.facts),
            f"{self.button.words}:\n{self.button.url}",
            "-- ",
            *self.small,
            f"{self.stop.words}:\n{self.stop.url}" if self.stop else "",
        ]
        return "\n\n".join(part for part in parts if part).replace("\n\n-- \n\n", "\n\n-- \n") + "\n"
