"""The server's edge: the last place where a fault of ours is caught, logged and answered."""

from collections.abc import Callable, Iterable
from typing import Any

from imin.ground.log import logger

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_WORDS = b"Something went wrong on our side. Please try again in a minute.\n"


def edge(application: Application) -> Application:
    """Return `application`, which now answers and logs also what broke its own error page."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception:  # noqa: BLE001 the one place that must survive whatever breaks
            logger(__name__).exception("error_page_broken", path=environ.get("PATH_INFO", ""))
            start_response(
                "500 Internal Server Error",
                [
                    ("Content-Type", "text/plain; charset=utf-8"),
                    ("Content-Length", str(len(_WORDS))),
                    ("Cache-Control", "no-store"),
                ],
            )
            return [_WORDS]

    return answer
