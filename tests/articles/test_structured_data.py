import json
import re
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from articles.models import ClinicalCode
from articles.templatetags.legible import ld_json
from tests.factories import make_article, make_clinic, make_edition, make_reviewer

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def data_of(client: Client, url: str) -> dict[str, Any]:
    (found,) = BLOCK.findall(client.get(url).content.decode())
    return dict(json.loads(found))


@pytest.mark.django_db
def test_an_article_tells_machines_what_it_tells_people(client: Client) -> None:
    make_clinic()
    article = make_article(title="Cramps", summary="Call {clinic_phone}.")
    ClinicalCode.objects.create(article=article, system="icd-10-cm", code="R25.2")
    edition = make_edition(article)
    data = data_of(client, edition.get_absolute_url())
    assert (data["@type"], data["name"], data["inLanguage"]) == ("MedicalWebPage", "Cramps", "en-US")
    assert data["description"] == "Call 555-0100."
    assert data["url"] == f"http://testserver/articles/{article.slug}/"
    assert data["about"] == [
        {
            "@type": "MedicalCondition",
            "code": {"@type": "MedicalCode", "codeValue": "R25.2", "codingSystem": "ICD-10-CM"},
        }
    ]


@pytest.mark.django_db
def test_only_what_a_clinician_approved_says_that_it_was_reviewed(client: Client) -> None:
    make_clinic()
    edition = make_edition()
    data = data_of(client, edition.get_absolute_url())
    assert not {"reviewedBy", "lastReviewed"} & data.keys()
    approved = make_edition(edition.article, by=make_reviewer())
    data = data_of(client, approved.get_absolute_url())
    assert data["reviewedBy"] == {"@type": "Person", "name": "Rev Iewer"}
    assert data["lastReviewed"] == approved.last_reviewed.isoformat()


@pytest.mark.django_db
def test_a_code_that_is_not_complete_is_no_code(client: Client) -> None:
    make_clinic()
    article = make_article()
    ClinicalCode.objects.create(article=article, system="icd-10-cm", code="O22.3-")
    assert "about" not in data_of(client, make_edition(article).get_absolute_url())


@given(st.dictionaries(st.text(), st.text()))
def test_no_text_ends_the_block_and_none_is_changed(data: dict[str, str]) -> None:
    html = str(ld_json(data))
    assert html.count("<") == 2
    assert json.loads(BLOCK.findall(html)[0]) == data
