from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Articles"

    def ready(self) -> None:
        from articles import (
            approval,
            broken_links,
            drafts,
            due,
            feedback,
            insight,
            links,
            problems,
            publishing,
            registry,
            review_pages,
            snapshot,
            today,
            waiting,
        )
        from articles.models import Article, ArticleEdition
        from articles.roles import make_groups
        from articles.search.upkeep import keep_index

        registry.editions.append(ArticleEdition)
        registry.users.append(links.uses)

        # Permissions are made after each migrate, so the groups that hold them are too.
        post_migrate.connect(make_groups, dispatch_uid="articles.roles.make_groups")
        # Django drops triggers when it rebuilds a table of SQLite, and a new version may stem in another way.
        post_migrate.connect(keep_index, sender=self, dispatch_uid="articles.search.upkeep.keep_index")
        today.providers += [
            waiting.tasks,
            drafts.tasks,
            due.tasks,
            broken_links.tasks,
            feedback.tasks,
            insight.tasks,
            problems.tasks,
        ]
        approval.kinds[Article] = approval.Kind(
            snapshot=snapshot.of_article,
            problems=publishing.problems,
            publish=publishing.publish,
            withdraw=publishing.withdraw,
            parts=lambda article: [article],
            reading=review_pages.reading_of_article,
            of_edition=snapshot.of_edition,
        )
