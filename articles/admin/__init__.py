"""The admin of the articles: one module for each kind of screen."""

from .content import ArticleAdmin, AudienceAdmin, ClinicAdmin, GlossaryTermAdmin, SectionAdmin, SourceAdmin, TopicAdmin
from .editions import ArticleEditionAdmin
from .feedback import FeedbackAdmin
from .rating import QualityRatingAdmin
from .search import BodyPlaceAdmin, SearchPhraseAdmin
from .submissions import StepAdmin, SubmissionAdmin

__all__ = [
    "ArticleAdmin",
    "ArticleEditionAdmin",
    "AudienceAdmin",
    "BodyPlaceAdmin",
    "ClinicAdmin",
    "FeedbackAdmin",
    "GlossaryTermAdmin",
    "QualityRatingAdmin",
    "SearchPhraseAdmin",
    "SectionAdmin",
    "SourceAdmin",
    "StepAdmin",
    "SubmissionAdmin",
    "TopicAdmin",
]
