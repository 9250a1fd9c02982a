"""A self-check taken through its pages, by plain posts or by htmx, and what the last page says."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client

from articles.models import Clinic
from articles.placeholders import fill_text
from checker.clauses import Clauses
from checker.definition import Definition, Level
from checker.evaluation import Answers, Result
from checker.live import LiveQuizzes
from checker.presentation import CARDS
from checker.runs import encode, holds_in

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Seen:
    """What a patient reads on a result: the level's word, title, facts, add-ons, and where the links lead."""

    word: str
    title: str
    facts: tuple[str, ...]
    addons: tuple[str, ...]
    links: tuple[str, ...]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def hidden_fields(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))


def read_result(html: str) -> Seen:
    card = re.search(r'<div class="card .*?</div>', html, re.DOTALL)[0]
    word, title = re.search(r'card__word">(.*?)<span.*?</span></span>(.*?)</h1>', card, re.DOTALL).groups()
    facts = re.search(r'card__facts">(.*?)</ul>', card, re.DOTALL)
    return Seen(
        word=word,
        title=words_of(title),
        facts=tuple(words_of(each) for each in re.findall(r"<li>(.*?)</li>", facts[1] if facts else "")),
        addons=tuple(words_of(each) for each in re.findall(r'block--addon">\s*<h2>(.*?)</h2>', html)),
        links=tuple(re.findall(r'class="cards__link" href="([^"]*)"', html)),
    )


def expected(result: Result, clinic: Clinic, quizzes: LiveQuizzes) -> Seen:
    card, outcome = CARDS[result.level], result.outcome
    links = (*result.links, *(link for addon in result.addons for link in addon.links))
    addons = () if card.level == "emergency" else result.addons
    return Seen(
        word=str(card.word),
        title=words_of(fill_text(outcome.title if outcome else str(card.title), clinic)),
        facts=tuple(words_of(fill_text(fact, clinic)) for fact in outcome.facts) if outcome else (),
        addons=tuple(fill_text(each.title, clinic) for each in addons),
        links=tuple(dict.fromkeys(section.url for section in quizzes.linked(links))),
    )


def take(client: Client, slug: str, answers: Answers, headers: dict[str, str]) -> tuple[list[str], str]:
    """Sends each form that comes, filled from `answers`; the addresses on the way and the HTML of the result."""
    url = re.search(r'button--start" href="([^"]*)"', client.get(f"/check/{slug}/").content.decode())[1]
    urls, page = [url], client.get(url)
    while "/question/" in urls[-1]:
        html, key = page.content.decode(), urls[-1].split("/")[4]
        page = post(client, slug, key, answers, hidden_fields(html), headers)
        urls.append(page["HX-Push-Url"] if headers else page["Location"])
        page = page if headers else client.get(urls[-1])
        assert page.status_code == 200
    if urls[-1].endswith("/answers/"):
        page = client.get(f"/check/{slug}/result/", headers=headers)
    return urls, page.content.decode()


def post(
    client: Client, slug: str, key: str, answers: Answers, hidden: dict[str, str], headers: dict[str, str] | None = None
) -> Any:
    data = {**hidden, "answer": sorted(answers[key])}
    return client.post(f"/check/{slug}/question/{key}/", data, headers=headers)


def answers_to_everything(definition: Definition) -> list[Answers]:
    """Answers that reach every choice, rule, outcome and level that can be reached, with few walks."""
    with Clauses() as clauses:
        run = encode(clauses, definition)
        wanted = {*run.matched.values(), *run.deciding.values(), *run.outcomes.values(), *run.ticks.values()}
        wanted |= {
            clauses.all_of([run.level[level], *(-run.level[above] for above in Level if above > level)])
            for level in Level
        }
        found = []
        for literal in sorted(wanted):
            if literal in wanted and (model := clauses.find(literal)):
                wanted -= {each for each in wanted if holds_in(model, each)}
                found.append(run.answers(model))
        return found
