"""Every case, by what misbehaves."""

from tests.conformance.openid import (
    answers,
    begun,
    endpoints,
    forms,
    id_tokens,
    journeys,
    logout_tokens,
    signatures,
    stepping_up,
)
from tests.conformance.openid.case import Case

GROUPS: dict[str, tuple[Case, ...]] = {
    "Discovery": endpoints.DISCOVERED,
    "The pushed request": begun.PUSHED,
    "A link that asks for a sign-in": begun.LINKS,
    "The answer to the browser": (*answers.RESPONSE, *answers.STORIES),
    "The answer by a form": (*forms.SAME, *forms.STORIES),
    "The token endpoint": endpoints.TOKENS,
    "The ID Token’s claims": (*id_tokens.CLAIMS, *id_tokens.STORIES),
    "The ID Token’s signature": signatures.SIGNATURES,
    "The provider’s keys": (*signatures.PUBLISHED, *signatures.STORIES),
    "Signing in once more": stepping_up.CASES,
    "Userinfo": endpoints.PERSON,
    "The whole sign-in": (*endpoints.STORIES, *begun.STORIES, *journeys.STORIES),
    "Signing out": logout_tokens.LOGOUT,
    "The logout token": logout_tokens.BACK_CHANNEL,
}
CASES = tuple(case for group in GROUPS.values() for case in group)
