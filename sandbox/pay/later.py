"""The verbs that may happen later by themselves, by name."""

from sandbox.pay.disputes import open_dispute
from sandbox.pay.jobs import Verb
from sandbox.pay.onboarding import verify
from sandbox.pay.paying import expire_authorisation
from sandbox.pay.refunding import turn
from sandbox.pay.settling import settle_later

VERBS: dict[str, Verb] = {
    "expire_authorisation": expire_authorisation,
    "open_dispute": open_dispute,
    "settle_charge": settle_later,
    "turn_refund": turn,
    "verify_account": verify,
}
