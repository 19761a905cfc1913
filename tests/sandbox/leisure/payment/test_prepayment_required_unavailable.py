"""payment/prepayment-required-unavailable: one must be prepaid and one cannot be: not in one Order."""

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each, each_flow, each_kind, item_errors


@each_kind
@each_flow
def test_the_two_are_in_conflict_and_what_is_free_is_not(partner: Partner, kind: str, *, approval: bool) -> None:
    criteria = ("BookableNonFreePrepaymentRequired", "BookableNonFreePrepaymentUnavailable", "BookableFree")
    things = [partner.make(criterion, kind, approval=approval) for criterion in criteria]
    conflict = ["OpportunityIsInConflictError"]
    for answer in each(partner, *things, approval=approval).values():
        assert item_errors(answer) == [conflict, conflict, []]
