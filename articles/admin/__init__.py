"""The admin of the articles: one module for each kind of screen."""

from .content import ArticleAdmin, AudienceAdmin, ClinicAdmin, GlossaryTermAdmin, SectionAdmin, SourceAdmin, TopicAdmin
from .editions import ArticleEditionAdmin

__all__ = [
    "ArticleAdmin",
    "ArticleEditionAdmin",
    "AudienceAdmin",
    "ClinicAdmin",
    "GlossaryTermAdmin",
    "SectionAdmin",
    "SourceAdmin",
    "TopicAdmin",
]
