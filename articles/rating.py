"""Rating an edition: who may, and keeping what they said."""

from collections.abc import Mapping

from django.contrib.auth.models import User

from articles import instruments
from articles.freezing import person_name
from articles.instruments import Instrument, Mark
from articles.models import ArticleEdition, QualityRating


class CannotRate(Exception):
    """This person may not rate this edition; the text says why."""


def check_rater(edition: ArticleEdition, person: User) -> None:
    """A rater judges what others made. Raises CannotRate."""
    if person.pk == edition.article.author_id:
        raise CannotRate("You are the author of this article. Somebody else rates it.")
    if person.pk == edition.published_by_id:
        raise CannotRate("You published this edition. Somebody else rates it.")
    if edition.submission and person.pk in (edition.submission.by_id, edition.submission.edited_by_id):
        raise CannotRate("You submitted this edition, or changed it last. Somebody else rates it.")


def rate(
    edition: ArticleEdition, instrument: Instrument, answers: Mapping[int, Mark], *, by: User, note: str = ""
) -> QualityRating:
    """Keep a rating for good. Raises CannotRate, and ValueError for answers that are not complete."""
    check_rater(edition, by)
    if instruments.missing(instrument, answers) or instruments.mixed(instrument, answers):
        raise ValueError("A rating needs an answer to every item.")
    return QualityRating.objects.create(
        edition=edition,
        instrument=instrument.key,
        answers={str(number): mark.value for number, mark in sorted(answers.items())},
        note=note,
        rater=by,
        rater_name=person_name(by),
    )
