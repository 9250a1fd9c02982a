"""What docs/ehr.md tells the person who connects a health record can be copied, and works."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

DOCS = (Path(__file__).parents[2] / "docs" / "ehr.md").read_text(encoding="utf-8")
SITE = "https://health.example.org"
REQUESTS = re.findall(rf'^curl "{SITE}([^"]+)"$', DOCS, re.MULTILINE)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def test_there_are_requests_to_copy():
    assert len(REQUESTS) == 9


@pytest.mark.parametrize("address", REQUESTS)
def test_every_request_gets_an_answer_with_something_in_it(client, address):
    response = client.get(address)
    assert response.status_code == 200
    if response.headers["Content-Type"].startswith("text/xml"):
        assert ElementTree.fromstring(response.content).findall("{*}entry")
    else:
        data = response.json()
        assert data.get("articles", True)
        assert data.get("feed", {"entry": True})["entry"]


def test_the_feed_that_is_shown_is_the_feed_that_comes(client):
    sent = client.get(REQUESTS[0]).content.decode().replace("http://testserver", SITE)
    shown = re.search(r"```xml\n(.*?)\n```", DOCS, re.DOTALL)[1]
    lines = [line.strip() for line in shown.splitlines() if "<updated>" not in line and "…" not in line]
    assert [line for line in lines if line not in sent] == []


def test_the_changes_that_are_shown_are_of_the_kind_that_comes(client):
    shown = json.loads(re.search(r"```json\n(.*?)\n```", DOCS, re.DOTALL)[1])
    sent = client.get("/api/changes/?limit=1").json()
    assert shown.keys() == sent.keys()
    assert shown["changes"][0].keys() == sent["changes"][0].keys()


@pytest.mark.parametrize("place", re.findall(r"/articles/([a-z-]+/?#[a-z-]+)`|`([a-z-]+#[a-z-]+)`", DOCS))
def test_every_section_that_is_named_is_there(client, place):
    slug, anchor = (place[0] or place[1]).replace("/", "").split("#")
    assert f"{slug}#{anchor}" in [each["id"] for each in client.get(f"/api/articles/{slug}/").json()["sections"]]
