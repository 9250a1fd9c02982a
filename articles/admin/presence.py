"""Who else has it open, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.freezing import person_name
from articles.models import Presence


def opened(presence: Presence, a_part: bool) -> str:
    who = person_name(presence.person)
    if not presence.minutes:
        return (_("%(who)s opened a part of this just now") if a_part else _("%(who)s opened this just now")) % {
            "who": who
        }
    words = (
        ngettext("%(who)s opened a part of this %(n)d minute ago", "%(who)s opened a part of this %(n)d minutes ago", presence.minutes)
        if a_part
        else ngettext("%(who)s opened this %(n)d minute ago", "%(who)s opened this %(n)d minutes ago", presence.minutes)
    )  # fmt: skip
    return words % {"who": who, "n": presence.minutes}
