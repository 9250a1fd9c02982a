"""The tables of the articles: what staff write, what patients read, and the clinic."""

from .body import BodyPlace
from .calendar import CalendarFeed
from .checks import SourceCheck
from .clinic import Clinic, LiveVersion
from .content import (
    Article,
    Audience,
    Callout,
    ClinicalCode,
    CodeSystem,
    GlossaryTerm,
    Section,
    Source,
    Subtopic,
    Topic,
)
from .editions import ArticleEdition, ArticleWithdrawal, EditionSection
from .feedback import Feedback
from .insight import DailyCount
from .log import Step
from .presence import Presence
from .problems import LastCheck
from .ratings import QualityRating
from .search import IndexedSection, SearchWord
from .submissions import Invitation, Revocation, Signature, Submission
from .synonyms import SearchPhrase

__all__ = [
    "Article",
    "ArticleEdition",
    "ArticleWithdrawal",
    "Audience",
    "BodyPlace",
    "CalendarFeed",
    "Callout",
    "Clinic",
    "ClinicalCode",
    "CodeSystem",
    "DailyCount",
    "EditionSection",
    "Feedback",
    "GlossaryTerm",
    "IndexedSection",
    "Invitation",
    "LastCheck",
    "LiveVersion",
    "Presence",
    "QualityRating",
    "Revocation",
    "SearchPhrase",
    "SearchWord",
    "Section",
    "Signature",
    "Source",
    "SourceCheck",
    "Step",
    "Submission",
    "Subtopic",
    "Topic",
]
