"""notifications: another way in.

access-code-update-notifications, access-pass-update-notifications, access-channel-update-notifications.
"""

import pytest

from tests.sandbox.leisure.stages import each_flow, through


@each_flow
@pytest.mark.parametrize(
    ("action", "criterion", "changed"),
    [
        ("AccessCodeUpdate", "OfflineBookable", "accessCode"),
        ("AccessPassUpdate", "OfflineBookable", "accessPass"),
        ("AccessChannelUpdate", "OnlineBookable", "accessChannel"),
    ],
)
def test_the_orders_feed_tells_of_it(partner, action: str, criterion: str, changed: str, *, approval: bool) -> None:
    one = partner.make(criterion, approval=approval)
    order = through(partner, one, one, approval=approval).json
    assert partner.act(action, order["@id"]).status_code == 204
    told = partner.orders_feed(order["identifier"])["data"]["orderedItem"]
    for before, after in zip(order["orderedItem"], told, strict=True):
        assert before["@id"] == after["@id"]
        different = {name for name in before if name.startswith("access") and before[name] != after.get(name)}
        assert different == {changed}
