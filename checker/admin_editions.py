"""Reading the editions of self-checks, bringing one back, withdrawing one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from articles.admin.edition_admin import EditionAdmin, EditionStatus
from articles.admin.restoring import Together
from articles.evidence import Evidence
from checker import admin_import, publishing
from checker.changed_parts import changed_parts
from checker.definition import parse, to_yaml
from checker.finding import name_condition
from checker.models import Level, Quiz, QuizEdition


@admin.register(QuizEdition)
class QuizEditionAdmin(EditionAdmin):
    list_filter = [EditionStatus, "quiz", "goes_live_at"]
    own_fields = [("lost_urgency", "less_urgent_reason"), "story_table"]
    readonly_fields = [*EditionAdmin.readonly_fields, "story_table", "lost_urgency"]
    evidence_template = "admin/evidence/quiz.html"

    def evidence_facts(self, evidence: Evidence) -> dict[str, Any]:
        now, before = parse(evidence.edition.definition), evidence.before
        return {
            "definition": now,
            "levels": Level.choices,
            "questions": [(each, name_condition(now, each.show_if) if each.show_if else "") for each in now.questions],
            "rules": [(rule, name_condition(now, rule.when)) for rule in now.rules],
            "changes": list(changed_parts(parse(before.definition), now)) if before else [],
        }

    @admin.display(description=gettext_lazy("definition"))
    def text(self, edition: QuizEdition) -> SafeString:
        text = to_yaml(parse(edition.definition))
        return render_to_string("admin/checker/edition_text.html", {"text": text})

    @admin.display(description=gettext_lazy("patient stories"))
    def story_table(self, edition: QuizEdition) -> SafeString:
        return render_to_string("admin/checker/_stories.html", {"stories": edition.stories})

    @admin.display(description=gettext_lazy("less urgent than before"))
    def lost_urgency(self, edition: QuizEdition) -> str:
        return format_html_join("", "<p>{}</p>", ((line,) for line in edition.less_urgent)) or "-"

    def restore(self, edition: QuizEdition, *, by: Any) -> Quiz:
        return publishing.restore(edition, by=by)

    def seen_together(self, request: HttpRequest, parent: Quiz) -> str:
        return admin_import.sign(parent)

    def together(self, request: HttpRequest, edition: QuizEdition, seen: str) -> Together:
        """On the screen for imports, as if the edition had been pasted there."""
        sent = {"text": to_yaml(parse(edition.definition)), "step": "replace", "seen": seen}
        return Together(reverse("admin:checker_quiz_import", args=[edition.quiz_id]), [*sent.items()])

    def withdraw(self, edition: QuizEdition, **kwargs: Any) -> Any:
        return publishing.withdraw(edition, **kwargs)
