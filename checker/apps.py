from django.apps import AppConfig


class CheckerConfig(AppConfig):
    name = "checker"
    verbose_name = "Self-checks"

    def ready(self) -> None:
        from articles import approval, insight, registry, today
        from checker import counts, links, publishing, review_facts
        from checker.models import Quiz, QuizEdition

        # `articles` imports nothing of `checker`: what depends on a section, and what fits beside it, is said here.
        registry.editions.append(QuizEdition)
        registry.users.append(links.uses)
        registry.links.append(links.placed_links)
        registry.companions.append(links.companions)
        registry.offers.append(links.offers)
        insight.panels.append(counts.panels)
        today.providers.append(counts.tasks)
        approval.kinds[Quiz] = approval.Kind(
            snapshot=publishing.snapshot,
            problems=publishing.problems,
            publish=publishing.publish,
            withdraw=publishing.withdraw,
            parts=publishing.parts,
            reading=review_facts.reading_of_quiz,
            of_edition=lambda edition: edition.definition,
        )
