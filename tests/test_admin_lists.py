"""Every list of the admin stays quick with a thousand articles."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    Article,
    ArticleEdition,
    Audience,
    Clinic,
    DailyCount,
    Feedback,
    GlossaryTerm,
    LastCheck,
    Section,
    Source,
    Topic,
)
from checker.definition import dump, parse
from checker.models import Choice, Outcome, Question, Quiz, QuizEdition, Rule, Vignette
from tests.factories import make_clinic, make_quiz_data

pytestmark = pytest.mark.django_db

MODELS = sorted((model for model in admin.site._registry if model is not Clinic), key=lambda model: model._meta.label)
every_list = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
MANY = 1000
# Session, person, the count of all and of those that fit, the rows, what the rows refer to, and what filters offer.
MOST_QUERIES = 16


def address(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture(scope="module")
def thousand(django_db_setup, django_db_blocker):
    """A thousand articles with their editions, sections, sources and feedback, and a hundred self-checks, made once."""
    with django_db_blocker.unblock():
        made = transaction.atomic()
        made.__enter__()
        make_articles()
        make_quizzes()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        made.__exit__(None, None, None)


def make_articles() -> None:
    make_clinic()
    topics = Topic.objects.bulk_create(
        Topic(slug=f"t-{n}", name=f"Topic {n}", description="A topic.") for n in range(20)
    )
    audiences = Audience.objects.bulk_create(Audience(slug=f"a-{n}", name=f"Audience {n}") for n in range(10))
    sources = Source.objects.bulk_create(
        Source(ref=f"S{n}", title=f"Source {n}", organisation=f"Org {n % 9}", url=f"https://example.org/{n}", how_read="SEEN")
        for n in range(MANY)
    )  # fmt: skip
    GlossaryTerm.objects.bulk_create(GlossaryTerm(term=f"Word {n}", meaning="A meaning.") for n in range(MANY))
    people = User.objects.bulk_create(User(username=f"user-{n}", is_staff=True) for n in range(50))
    articles = Article.objects.bulk_create(
        Article(slug=f"art-{n}", title=f"Article {n}", summary="Short.", topic=topics[n % 20], author=people[n % 50])
        for n in range(MANY)
    )
    Article.audiences.through.objects.bulk_create(
        Article.audiences.through(article=article, audience=audiences[n % 10]) for n, article in enumerate(articles)
    )
    sections = Section.objects.bulk_create(
        Section(article=article, order=order, anchor=f"s-{order}", heading=f"Part {order}", body="<p>Rest.</p>")
        for article in articles
        for order in range(3)
    )
    Section.sources.through.objects.bulk_create(
        Section.sources.through(section=section, source=sources[n % MANY]) for n, section in enumerate(sections)
    )
    now = timezone.now()
    ArticleEdition.objects.bulk_create(
        ArticleEdition(
            article=article, number=1, goes_live_at=now, slug=article.slug, title=article.title, summary="Short.",
            topic=article.topic, published_by=people[n % 50], next_review_due=now.date(),
        )
        for n, article in enumerate(articles)
    )  # fmt: skip
    Feedback.objects.bulk_create(
        Feedback(article=article, edition=1, useful=False, words="Long.") for article in articles
    )
    LastCheck.objects.bulk_create(
        LastCheck(kind="articles.article", object_id=article.pk, must_mend=1, worth_a_look=0, first="It is wrong.")
        for article in articles
    )
    DailyCount.objects.bulk_create(
        DailyCount(day=now.date(), kind="search-words", key=f"word-{n}", number=9) for n in range(100)
    )


def make_quizzes() -> None:
    quizzes = Quiz.objects.bulk_create(Quiz(slug=f"q-{n}", title=f"Check {n}", intro="Hello.") for n in range(100))
    questions = Question.objects.bulk_create(
        Question(quiz=quiz, key=f"k{n}", text=f"Question {n}?") for quiz in quizzes for n in range(3)
    )
    Choice.objects.bulk_create(
        Choice(question=each, key=f"c{n}", text=f"Answer {n}") for each in questions for n in range(3)
    )
    outcomes = Outcome.objects.bulk_create(
        Outcome(quiz=quiz, key=f"o{n}", level="urgent", title=f"Outcome {n}") for quiz in quizzes for n in range(3)
    )
    Rule.objects.bulk_create(
        Rule(quiz=outcome.quiz, name=outcome.key, when={"always": True}, outcome=outcome) for outcome in outcomes
    )
    Vignette.objects.bulk_create(
        Vignette(quiz=quiz, name=f"V{n}", story="A story.", min_level="urgent") for quiz in quizzes for n in range(3)
    )
    now = timezone.now()
    QuizEdition.objects.bulk_create(
        QuizEdition(
            quiz=quiz, number=1, goes_live_at=now, slug=quiz.slug, title=quiz.title,
            definition=dump(parse(make_quiz_data("art-0#s-0", quiz=quiz.slug, title=quiz.title))),
        )
        for quiz in quizzes
    )  # fmt: skip


@pytest.mark.usefixtures("thousand")
@every_list
def test_a_list_asks_little_with_a_thousand_articles(admin_client: Client, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES, info=model._meta.label):
        response = admin_client.get(address(model))
    assert response.status_code == 200


@pytest.mark.usefixtures("thousand")
@every_list
def test_a_search_in_a_list_asks_little_too(admin_client: Client, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(MOST_QUERIES, info=model._meta.label):
        response = admin_client.get(f"{address(model)}?q=1")
    assert response.status_code == 200


@pytest.mark.usefixtures("thousand")
@pytest.mark.parametrize("path", ["", "insight/", "reviews/", "links/", "articles/"])
def test_the_start_page_and_what_it_leads_to_ask_little(admin_client: Client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(60, info=path):
        assert admin_client.get(f"/admin/{path}").status_code == 200
