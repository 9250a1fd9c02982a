"""All content of a site as files in one folder, to read, compare, keep in version control, and bring into another site.

People and editions are not content: authors, reviewers, approvals and what was published stay where they are.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from articles import content_files, files, saving, stale, yamlfile
from articles.models import Article, Audience, BodyPlace, Clinic, GlossaryTerm, SearchPhrase, Section, Source, Topic
from articles.parts import Shape
from articles.yamlfile import FileError, Problem
from checker import rows, working_copy
from checker.definition import Definition, load_yaml, to_yaml
from checker.models import Quiz

type Progress = Callable[[str], None]

# What tells a folder of ours from any other.
MARK = "labels.yaml"
SELF_CHECKS = "self-checks.yaml"
SELF_CHECK = Shape("Self-check", ("quiz", "review_months"))
FOLDERS = ("articles", "self-checks")


@dataclass
class Report:
    """The names of the files, or of the rows in them, by what became of them."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@dataclass
class Content:
    """What a folder holds, read and checked as far as files can be by themselves."""

    topics: list[Topic] = field(default_factory=list)
    audiences: list[Audience] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    glossary: list[GlossaryTerm] = field(default_factory=list)
    phrases: list[SearchPhrase] = field(default_factory=list)
    places: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    clinic: Clinic | None = None
    articles: dict[str, files.ArticleFile] = field(default_factory=dict)
    quizzes: dict[str, tuple[str, Definition]] = field(default_factory=dict)  # with their text
    review_months: dict[str, int] = field(default_factory=dict)


def export(progress: Progress = lambda line: None) -> dict[str, str]:
    """The text of each file by its name. Raises FileError where a working copy cannot be written as it stands."""
    texts, problems = {}, list[Problem]()
    for found in (content_files.shared(), content_files.articles(), _quizzes()):
        for name, make in found:
            try:
                texts[name] = make()
                progress(name)
            except FileError as error:
                problems += error.problems
    if problems:
        raise FileError(problems)
    return dict(sorted(texts.items()))


def _quizzes() -> content_files.Written:
    quizzes = Quiz.objects.order_by("slug")
    for quiz in quizzes:
        name = f"self-checks/{quiz.slug}.yaml"
        yield name, lambda quiz=quiz, name=name: _quiz(quiz, name)  # type: ignore[misc]
    settings = [{"quiz": quiz.slug, "review_months": quiz.review_months} for quiz in quizzes]
    yield SELF_CHECKS, lambda: yamlfile.write({"self_checks": settings})


def _quiz(quiz: Quiz, name: str) -> str:
    try:
        return to_yaml(rows.to_definition(quiz))
    except FileError as error:
        raise FileError(Problem(f"{name}, {each.place}", each.message) for each in error.problems) from error


def write(folder: Path, texts: dict[str, str]) -> list[str]:
    """Write the files; give the names of those that were taken away, since what they held is gone.

    Raises FileError, with nothing written, if the folder holds other things.
    """
    if folder.exists() and not (folder.is_dir() and ((folder / MARK).exists() or not any(folder.iterdir()))):
        raise FileError(
            [Problem(str(folder), "It holds other things. Name a new or empty folder, or an older export.")]
        )
    gone = [name for name in _names(folder) if name not in texts]
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    for name in gone:
        (folder / name).unlink()
    return gone


def _names(folder: Path) -> list[str]:
    """The files of articles and self-checks that are there."""
    return [f"{part}/{path.name}" for part in FOLDERS for path in sorted((folder / part).glob("*.yaml"))]


def read(folder: Path) -> Content:
    """Raises FileError with every problem of every file."""
    if not (folder / MARK).is_file():
        raise FileError(
            [Problem(str(folder), f"There is no {MARK}, so this is no folder that “export_content” wrote.")]
        )
    content, problems = Content(), list[Problem]()

    def take(name: str, load: Callable[[str, str], None]) -> None:
        try:
            if (folder / name).is_file():
                load((folder / name).read_text(encoding="utf-8"), name)
        except FileError as error:
            problems.extend(error.problems)
        except UnicodeDecodeError:
            problems.append(Problem(f"{name}, line 1", "This is no text in UTF-8."))

    def article(text: str, name: str) -> None:
        found = files.load_article(text, name)
        _once(found.slug, "slug", [each.slug for each in content.articles.values()], name)
        content.articles[name] = found

    def quiz(text: str, name: str) -> None:
        found = load_yaml(text, name)
        _once(found.quiz, "quiz", [each.quiz for _text, each in content.quizzes.values()], name)
        content.quizzes[name] = text, found

    def labels(text: str, name: str) -> None:
        content.topics, content.audiences = files.load_labels(text, name)

    def setter(attribute: str, load: Callable[[str, str], Any]) -> Callable[[str, str], None]:
        return lambda text, name: setattr(content, attribute, load(text, name))

    take(MARK, labels)
    take("sources.yaml", setter("sources", files.load_sources))
    take("glossary.yaml", setter("glossary", files.load_glossary))
    take("search.yaml", setter("phrases", files.load_phrases))
    take(content_files.PLACES, setter("places", files.load_places))
    take("clinic.yaml", setter("clinic", files.load_clinic))
    take(SELF_CHECKS, setter("review_months", _load_review_months))
    for name in _names(folder):
        take(name, article if name.startswith("articles/") else quiz)
    if problems:
        raise FileError(problems)
    return content


def _once(key: str, what: str, known: Iterable[str], name: str) -> None:
    if key in known:
        raise FileError([Problem(f"{name}, line 1: {what}", f"Another file of the folder has “{key}” too.")])


def _load_review_months(text: str, name: str) -> dict[str, int]:
    reading = files.Reading(name)
    part = reading.part(text, Shape("File", ("self_checks",)))
    found = {
        each.key("quiz"): each.number("review_months", 24, 60) for each in part.parts("self_checks", SELF_CHECK, 1000)
    }
    reading.done()
    return found


@transaction.atomic
def bring_in(content: Content, *, replace: bool = False, progress: Progress = lambda line: None) -> Report:
    """Add what is missing to the working copies; with `replace`, make what differs say what the files say.

    Nothing is published, no edition changes, and nothing that the files do not name is deleted but the parts of what is replaced.
    Raises FileError, with nothing changed, if something does not fit.
    """
    return _Import(content, replace, progress).run()


class _Import:
    def __init__(self, content: Content, replace: bool, progress: Progress) -> None:
        self.content, self.replace, self.progress, self.report = content, replace, progress, Report()

    def run(self) -> Report:
        content = self.content
        self._labels(Topic, content.topics, ("name", "description"))
        self._labels(Audience, content.audiences, ("name",))
        self._rows(Source, content.sources, "ref", ("title", "organisation", "url", "dated", "how_read", "note"))
        self._rows(GlossaryTerm, content.glossary, "term", ("meaning",))
        self._rows(SearchPhrase, content.phrases, "phrase", ("means", "is_everyday", "is_danger"))
        if content.clinic:
            self._rows(Clinic, [content.clinic], "pk", content_files.CLINIC_FIELDS)
        changed = {name: row for name, file in content.articles.items() if (row := self._article(name, file))}
        for name, row in changed.items():
            saving.relate(row, content.articles[name])
        self._places(content.places)
        for name, (text, definition) in content.quizzes.items():
            self._quiz(name, text, definition)
        return self.report

    def _note(self, became: list[str], name: str, word: str) -> None:
        became.append(name)
        self.progress(f"{word}: {name}")

    def _labels(self, model: type[Model], new: list[Any], names: tuple[str, ...]) -> None:
        """Their order is that of the file, whatever its numbers are."""
        for number, row in enumerate(model._default_manager.all()):
            model._default_manager.filter(pk=row.pk).exclude(order=number).update(order=number)
        self._rows(model, new, "slug", (*names, "order"))

    def _rows(self, model: type[Model], new: list[Any], key: str, names: tuple[str, ...]) -> None:
        there = {_folded(getattr(row, key)): row for row in model._default_manager.all()}
        for row in new:
            name = f"{model._meta.verbose_name} {row}"
            old: Any = there.get(_folded(getattr(row, key)))
            if old is None:
                saving.add(row, name)
                self._note(self.report.added, name, "added")
            elif all(getattr(old, each) == getattr(row, each) for each in names):
                self.report.unchanged.append(name)
            elif self.replace:
                for each in names:
                    setattr(old, each, getattr(row, each))
                saving.add(old, name)
                self._note(self.report.replaced, name, "replaced")
            else:
                self._note(self.report.kept, name, "kept, though the file differs")

    def _article(self, name: str, file: files.ArticleFile) -> Article | None:
        """The article if it was written."""
        row = Article.objects.filter(slug=file.slug).first()
        if row is None:
            self._note(self.report.added, name, "added")
            return saving.save(file)
        seen = stale.token(row)
        if content_files.article(content_files.file_of(row)) == content_files.article(file):
            self.report.unchanged.append(name)
        elif self.replace:
            self._note(self.report.replaced, name, "replaced")
            return saving.replace(row, file, seen)
        else:
            self._note(self.report.kept, name, "kept, though the file differs")
        return None

    def _places(self, wanted: dict[str, list[tuple[str, str]]]) -> None:
        there = content_files.sections_by_place()
        articles = {slug for links in wanted.values() for slug, _anchor in links}
        sections = {
            (row.article.slug, row.anchor): row
            for row in Section.objects.filter(article__slug__in=articles).select_related("article")
        }
        for place, links in wanted.items():
            name = f"{BodyPlace._meta.verbose_name} {place}"
            if missing := [link for link in links if link not in sections]:
                raise FileError(
                    Problem(content_files.PLACES, f"{name}: the section {'#'.join(link)} does not exist.")
                    for link in missing
                )
            if there.get(place) == sorted(links):
                self.report.unchanged.append(name)
                continue
            if place in there and not self.replace:
                self._note(self.report.kept, name, "kept, though the file differs")
                continue
            row = BodyPlace.objects.filter(place=place).first() or BodyPlace.objects.create(place=place)
            row.sections.set(sections[link] for link in links)
            row.save()  # patients see it at once
            if place in there:
                self._note(self.report.replaced, name, "replaced")
            else:
                self._note(self.report.added, name, "added")

    def _quiz(self, name: str, text: str, definition: Definition) -> None:
        quiz = Quiz.objects.filter(slug=definition.quiz).first()
        months = self.content.review_months.get(definition.quiz, quiz.review_months if quiz else 24)
        if problems := rows.misfits(definition):
            raise FileError(working_copy.with_lines(text, definition, problems, name))
        if quiz is None:
            rows.fill(Quiz(review_months=months), definition)
            self._note(self.report.added, name, "added")
            return
        over = working_copy.said(quiz)
        if quiz.review_months == months and _says(quiz, definition):
            self.report.unchanged.append(name)
        elif self.replace:
            quiz.review_months = months
            quiz.save(update_fields=["review_months"])
            working_copy.replace(quiz, definition, over)
            self._note(self.report.replaced, name, "replaced")
        else:
            self._note(self.report.kept, name, "kept, though the file differs")


def _folded(key: Any) -> Any:
    return key.casefold() if isinstance(key, str) else key


def _says(quiz: Quiz, definition: Definition) -> bool:
    try:
        return to_yaml(rows.to_definition(quiz)) == to_yaml(definition)
    except FileError:
        return False


def lines(report: Report) -> Iterator[str]:
    """What became of everything, in sentences."""
    yield f"{len(report.added)} added, {len(report.replaced)} replaced, {len(report.unchanged)} the same already."
    if report.kept:
        yield f"{len(report.kept)} differ from the files and were left as they are. With --replace they say what the files say."
    yield "Nothing was published: patients see no change until somebody does. Authors and reviewers are not part of the files."
