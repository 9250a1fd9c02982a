"""Patient stories as tests of a self-check: each has the lowest safe level and the sections it must link to."""

from collections.abc import Iterator
from dataclasses import dataclass

from checker.definition_types import Definition, Level, Link, Vignette
from checker.evaluation import walk
from checker.finding import Finding, at_story, join


@dataclass(frozen=True, slots=True)
class VignetteResult:
    """A row of the table of stories. Level and outcome (its key) are None if the answers do not lead to a result.

    `outcome` is also None where the result shows none. `missing` are the sections that should be linked and are not.
    """

    id: str
    story: str
    min_level: Level
    max_level: Level | None
    level: Level | None
    outcome: str | None
    missing: tuple[Link, ...]

    @property
    def passed(self) -> bool:
        return not self.problems

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, each as the end of a sentence that begins with the story."""
        if self.level is None:
            return ("does not answer all questions on its way",)
        found = []
        if self.level < self.min_level:
            found.append(f"gets “{self.level.slug}”, and its lowest safe level is “{self.min_level.slug}”")
        if self.max_level is not None and self.level > self.max_level:
            found.append(f"gets “{self.level.slug}”, and its highest acceptable level is “{self.max_level.slug}”")
        if self.missing:
            found.append(f"must link to {join(map(str, self.missing))}, and does not")
        return tuple(found)


def run_vignettes(definition: Definition) -> tuple[VignetteResult, ...]:
    """What each story gets, in their order."""
    return tuple(_run(definition, vignette) for vignette in definition.vignettes)


def _run(definition: Definition, vignette: Vignette) -> VignetteResult:
    result = walk(definition, dict(vignette.answers)).result
    links = {*result.links, *(link for addon in result.addons for link in addon.links)} if result else set()
    return VignetteResult(
        id=vignette.id,
        story=vignette.story,
        min_level=vignette.min_level,
        max_level=vignette.max_level,
        level=result.level if result else None,
        outcome=result.outcome.key if result and result.outcome else None,
        missing=tuple(link for link in vignette.must_link if link not in links),
    )


def find_in_vignettes(definition: Definition) -> Iterator[Finding]:
    for story, row in zip(definition.vignettes, run_vignettes(definition), strict=True):
        for problem in row.problems:
            yield Finding("vignette", f"The patient story “{row.id}” {problem}.", at_story(story))
