"""What the articles are told about self-checks: which sections they lead to, and which check fits an article."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from articles.models import Article
from articles.registry import Offer, PlacedLink, Use
from checker import live
from checker.definition import Definition, parse
from checker.models import OutcomeLink, QuizEdition


def uses(article_pk: int) -> list[Use]:
    """The outcomes, in the working copy or in a live edition, that send patients to sections of this article."""
    links = OutcomeLink.objects.filter(section__article=article_pk).select_related("section", "outcome__quiz")
    working = [
        Use(
            anchor=link.section.anchor,
            what=f"the outcome “{link.outcome.title}” of the self-check “{link.outcome.quiz}”",
            url=reverse("admin:checker_outcome_change", args=[link.outcome_id]),
        )
        for link in links
    ]
    said = {(link.outcome.quiz_id, link.section.anchor) for link in links}
    slug = Article.objects.values_list("slug", flat=True).get(pk=article_pk)
    frozen = [
        Use(
            anchor=link.anchor,
            what=f"the outcome “{outcome.title}” of the live edition of “{edition.title}”",
            url=reverse("admin:checker_quizedition_change", args=[edition.pk]),
        )
        for edition in QuizEdition.objects.live()
        for outcome in parse(edition.definition).outcomes
        for link in outcome.links
        if link.article == slug and (edition.quiz_id, link.anchor) not in said
    ]
    return [*working, *frozen]


def placed_links() -> Iterator[PlacedLink]:
    """Where the outcomes of live editions and working copies lead."""
    for edition in QuizEdition.objects.live():
        url = reverse("admin:checker_quiz_change", args=[edition.quiz_id])
        for outcome in parse(edition.definition).outcomes:
            place = f"The outcome “{outcome.title}” of “{edition.title}”"
            for link in outcome.links:
                yield PlacedLink(place, url, f"/articles/{link.article}/#{link.anchor}", live=True)
    for row in OutcomeLink.objects.select_related("section__article", "outcome__quiz"):
        place = f"The outcome “{row.outcome.title}” of “{row.outcome.quiz}”"
        url = reverse("admin:checker_outcome_change", args=[row.outcome_id])
        address = f"/articles/{row.section.article.slug}/#{row.section.anchor}"
        yield PlacedLink(place, url, address, live=False)


def companions(slug: str, live_version: int) -> list[Offer]:
    """The live self-checks with a result that leads to this article, first the one that leads there most often."""
    quizzes = live.current(live_version)
    leading = [(_times(quizzes.definition(edition), slug), edition) for edition in quizzes.live()]
    return [offer(edition) for times, edition in sorted(leading, key=lambda pair: -pair[0]) if times]


def _times(definition: Definition, slug: str) -> int:
    return sum(any(link.article == slug for link in outcome.links) for outcome in definition.outcomes)


def offers(live_version: int) -> list[Offer]:
    return [offer(edition) for edition in live.current(live_version).live()]


def offer(edition: QuizEdition) -> Offer:
    minutes = edition.definition["estimated_minutes"]
    text = ngettext("About %(minutes)d minute", "About %(minutes)d minutes", minutes) % {"minutes": minutes}
    return Offer(title=edition.title, url=reverse("check", args=[edition.slug]), text=text)
