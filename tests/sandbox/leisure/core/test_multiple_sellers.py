"""core/multiple-sellers: an Order is for one seller, and credentials are too."""

from dataclasses import replace

from tests.sandbox.leisure.partner import Partner
from tests.sandbox.leisure.stages import each, each_flow, refused


@each_flow
def test_items_of_two_sellers_are_no_order(partner: Partner, *, approval: bool) -> None:
    mine = partner.make(approval=approval)
    theirs = replace(partner, seller=2).make(approval=approval)
    for answer in each(partner, mine, theirs, approval=approval).values():
        assert refused(answer) == (500, "SellerMismatchError")


@each_flow
def test_credentials_for_one_seller_do_not_book_with_another(partner: Partner, *, approval: bool) -> None:
    other = replace(partner, seller=2)
    theirs = other.make(approval=approval)
    for answer in each(partner, theirs, approval=approval, seller=other.seller_id).values():
        assert refused(answer) == (401, "InvalidAuthorizationDetailsError")
    assert partner.left(theirs) == 10
