"""Reading the parts of a definition: what every file has (articles.parts), levels, conditions and links."""

from articles.parts import Part
from checker.definition_types import ChoiceRef, Level, Link


class QuizPart(Part):
    def level(self, key: str) -> Level | None:
        """The level, or None if the setting is missing. An empty one is a problem: it may be a red flag."""
        if key not in self.settings:
            return None
        value = self.settings[key]
        try:
            return Level.from_slug(value if isinstance(value, str) else "")
        except ValueError as error:
            self.problem(key, str(error))
            return None

    def refs(self, key: str, at_most: int) -> tuple[ChoiceRef, ...]:
        """Choices named as `question.choice`."""
        pairs = self.pairs(key, at_most, ".", "question.choice, for example leg_look.swollen")
        return tuple(ChoiceRef(*pair) for pair in pairs)

    def links(self, key: str, at_most: int) -> tuple[Link, ...]:
        """Sections named as `article#anchor`."""
        pairs = self.pairs(key, at_most, "#", "article#section, for example leg-emergencies#seizure")
        return tuple(Link(*pair) for pair in pairs)
