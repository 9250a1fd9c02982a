"""Which parts of a working copy name its answers, as `question.choice`: they cannot be read any more when these go."""

from collections.abc import Iterable, Iterator

from checker import conditions
from checker.models import Choice, Question, Rule, Vignette


def answers_of(questions: Iterable[int]) -> set[str]:
    """All that can be named of these, by their primary keys."""
    found = Choice.objects.filter(question__in=questions).values_list("question__key", "key")
    return {f"{question}.{choice}" for question, choice in found}


def naming(quiz: int, answers: set[str]) -> Iterator[Question | Rule | Vignette]:
    """The questions, rules and stories of a self-check that name one of these."""
    for question in Question.objects.filter(quiz=quiz):
        if answers.intersection(conditions.refs(question.show_if)):
            yield question
    for rule in Rule.objects.filter(quiz=quiz).select_related("outcome"):
        if answers.intersection(conditions.refs(rule.when)):
            yield rule
    for story in Vignette.objects.filter(quiz=quiz):
        if answers.intersection(
            f"{question}.{choice}" for question, chosen in story.answers.items() for choice in chosen
        ):
            yield story
