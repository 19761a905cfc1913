"""Asking the provider's userinfo endpoint for claims that the ID Token lacks (OpenID Connect Core 5.3)."""

from typing import Any

from imin.identity.errors import WrongAnswerError
from imin.identity.wire import ask, demand_json, json_object


def claims_of(*, endpoint: str, access_token: str, subject: str) -> dict[str, Any]:
    """Return the claims of the person whose ID Token said `subject`.

    Raises `WrongAnswerError` when they are another person's (Core 5.3.2: `sub` must match exactly) or when the
    endpoint refuses, and `ProviderDownError`.
    """
    answer = ask("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"})
    if answer.status != 200:
        raise WrongAnswerError(f"Userinfo answered {answer.status}.")
    demand_json(answer, of="Userinfo")
    claims = json_object(answer, of="Userinfo")
    if claims.get("sub") != subject:
        raise WrongAnswerError("The sub of userinfo is not the ID Token's (Core 5.3.2).")
    return claims
