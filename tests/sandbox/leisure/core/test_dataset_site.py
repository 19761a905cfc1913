"""core/dataset-site: where the feeds and the API are found (Dataset API Discovery)."""

import json
import re

import pytest

from tests.sandbox.leisure.partner import API, ORIGIN, Json, Partner

FULL = {"@context", "@id", "url", "name", "description", "keywords", "license", "distribution", "discussionUrl",
        "documentation", "inLanguage", "publisher", "schemaVersion", "bookingService", "accessService"}  # fmt: skip
SERVICE = {"name", "endpointUrl", "conformsTo", "endpointDescription", "landingPage"}


@pytest.fixture
def site(partner: Partner) -> Json:
    page = partner.call("GET", f"{ORIGIN}/openactive", bare=True)
    assert page.content_type.startswith("text/html")
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert len(blocks) == 1
    return dict(json.loads(blocks[0]))


def test_it_says_all_that_it_must(site: Json) -> None:
    assert site["@type"] == "Dataset"
    assert set(site) >= FULL
    assert site["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {"name", "logo", "legalName", "url"} <= set(site["publisher"])


def test_the_api_is_where_it_says(site: Json, partner: Partner) -> None:
    service = site["accessService"]
    assert set(service) >= SERVICE
    assert service["endpointUrl"] == API
    assert "authenticationAuthority" not in service
    assert partner.call("GET", f"{service['endpointUrl']}/orders-rpde").status_code == 200


def test_each_feed_is_named_once_and_there(site: Json, partner: Partner) -> None:
    names = [feed.get("identifier") or feed["name"] for feed in site["distribution"]]
    assert len(names) == len(set(names))
    kinds = {feed["additionalType"].rpartition("/")[2] for feed in site["distribution"]}
    assert kinds >= {"SessionSeries", "ScheduledSession", "FacilityUse", "Slot", "Event"}
    for feed in site["distribution"]:
        assert feed["encodingFormat"] == "application/vnd.openactive.rpde+json; version=1"
        assert partner.call("GET", feed["contentUrl"], bare=True).status_code == 200
