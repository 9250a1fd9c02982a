"""A browser and its device in two words, for people to know their own sign-ins by. Kept in the session, and gone with it."""

from django.utils.translation import gettext as _

DEVICE = "device"
# The first that stands in what a browser says of itself: many name others too.
BROWSERS = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "CrOS": "ChromeOS", "Mac OS X": "Mac",
    "Linux": "Linux",
}  # fmt: skip


def device(agent: str) -> str:
    """Browser and system in two words, from what the browser says of itself."""
    browser = next((name for sign, name in BROWSERS.items() if sign in agent), _("Other browser"))
    system = next((name for sign, name in SYSTEMS.items() if sign in agent), _("other device"))
    return _("%(browser)s, %(system)s") % {"browser": browser, "system": system}
