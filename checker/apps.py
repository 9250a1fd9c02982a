from django.apps import AppConfig


class CheckerConfig(AppConfig):
    name = "checker"
    verbose_name = "Self-checks"

    def ready(self) -> None:
        from articles import insight, registry, today
        from checker import counts, links
        from checker.models import QuizEdition

        # `articles` imports nothing of `checker`: what depends on a section, and what fits beside it, is said here.
        registry.editions.append(QuizEdition)
        registry.users.append(links.uses)
        registry.links.append(links.placed_links)
        registry.companions.append(links.companions)
        registry.offers.append(links.offers)
        insight.panels.append(counts.panels)
        today.providers.append(counts.tasks)
