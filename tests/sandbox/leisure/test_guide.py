"""The configuration for the official suite says what is so."""

import json
import re
from pathlib import Path

from sandbox.leisure.sellers import PAYMENT, SELLERS

GUIDES = Path(__file__).parents[3] / "docs" / "guides"
CONFIG = json.loads((GUIDES / "leisure-test-suite.json").read_text())
ORIGIN = "http://localhost:8010"


def test_its_sellers_are_ours() -> None:
    for name, number in (("primary", 1), ("secondary", 2)):
        seller = CONFIG["sellers"][name]
        assert seller["@id"] == SELLERS[number].id.replace("leisure:/", f"{ORIGIN}/")
        assert seller["taxMode"] == f"https://openactive.io/{SELLERS[number].tax_mode}"
        assert seller["authentication"]["requestHeaders"]["X-OpenActive-Test-Seller-Id"] == seller["@id"]
        assert seller["paymentReconciliationDetails"] == PAYMENT


def test_its_features_fit_together() -> None:
    features = CONFIG["integrationTests"]["implementedFeatures"]
    assert features["multiple-sellers"] is not features["single-seller"]
    assert features["named-leasing"] or not features["anonymous-leasing"]
    assert features["prepayment-required-unavailable"] is (
        features["prepayment-required"] and features["prepayment-unavailable"]
    )
    assert features["minimal-proposal"] is CONFIG["integrationTests"]["bookingFlowsInScope"]["OpenBookingApprovalFlow"]


def test_random_mode_is_without_the_programme_which_changes_by_itself() -> None:
    commands = re.findall(r"^\.venv/bin/python .*--showcase .*$", (GUIDES / "leisure.md").read_text(), re.MULTILINE)
    assert commands
    assert all("--opportunities 0 " in command for command in commands)
