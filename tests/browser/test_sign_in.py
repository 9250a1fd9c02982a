"""Signing in as on a server, with a passkey that Chromium plays, an app, and recovery codes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, log_in
from tests.browser.steps import follow
from tests.factories import make_editor
from tests.signin.steps import PASSWORD, code_of

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _as_on_a_server(site: Site, settings: Any) -> None:
    cache.clear()
    settings.STAFF_MFA = True
    settings.REAUTHENTICATE_SECONDS = 900
    # Chromium takes localhost for safe without HTTPS.
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True


@pytest.fixture
def authenticator(page: Page) -> Iterator[None]:
    """A device with a finger on its sensor."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    devtools.detach()


def type_password(page: Page, name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Log in"))


def leave(page: Page) -> None:
    follow(page, page.get_by_role("button", name="Log out"))
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_added_and_then_signs_in_alone(page: Page, axe: Any) -> None:
    name = make_editor().username
    type_password(page, name)
    expect(page.get_by_text("Please add a second factor first")).to_be_visible()
    axe(page)
    follow(page, page.get_by_role("link", name="Add a passkey"))
    axe(page)
    page.get_by_role("textbox", name="Name").fill("My phone")
    page.get_by_label("Sign in with this passkey alone").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("You have 10 codes left")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Go on to the start page").click()
    expect(page.get_by_role("heading", name="What to do today")).to_be_visible()
    leave(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="What to do today")).to_be_visible()
    follow(page, page.get_by_role("link", name="How you sign in"))
    follow(page, page.get_by_role("link", name="See, rename or remove passkeys"))
    expect(page.get_by_role("rowheader", name="My phone")).to_be_visible()
    axe(page)
    follow(page, page.get_by_role("link", name="Remove My phone"))
    axe(page)
    leave(page)
    type_password(page, name)
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="What to do today")).to_be_visible()


def test_an_app_is_set_up_and_asked_for(page: Page, axe: Any) -> None:
    name = make_editor().username
    type_password(page, name)
    follow(page, page.get_by_role("link", name="Set up an app"))
    secret = page.locator(".sign-in__key").inner_text()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("This code is wrong or too old")).to_be_visible()
    axe(page)
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("You have 10 codes left")).to_be_visible()
    leave(page)
    type_password(page, name)
    page.get_by_label("Code").fill(code_of(secret, 1))
    axe(page)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="What to do today")).to_be_visible()
    page.goto("/admin/sign-in/again/?next=/admin/")
    axe(page)


def test_a_passkey_that_does_not_work_is_said_in_words(page: Page, watch: Any, axe: Any) -> None:
    page.goto("/admin/login/")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.route("**/sign-in/passkey/", lambda route: route.abort())
    watch.expect("sign-in/passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey did not work.")
    axe(page)


def test_a_password_is_shown_on_request_and_judged_while_it_is_typed(page: Page, settings: Any, axe: Any) -> None:
    settings.STAFF_MFA = False
    page.goto("/admin/login/?next=/admin/password_change/")
    page.get_by_label("Username").fill(make_editor().username)
    field = page.get_by_role("textbox", name="Password")
    field.fill(PASSWORD)
    page.get_by_role("button", name="Show Password").press("Enter")
    expect(field).to_have_attribute("type", "text")
    axe(page)
    page.evaluate(
        "document.getElementById('login-form').addEventListener('submit', (e) => e.preventDefault(), { once: true })"
    )
    page.get_by_role("button", name="Log in").click()
    expect(field).to_have_attribute("type", "password")
    follow(page, page.get_by_role("button", name="Log in"))
    new, said = page.get_by_role("textbox", name="New password:"), page.get_by_role("status")
    for typed, words in (
        ("odd", "missing: 9"),
        ("welcome-clinic-2026", "Too easy"),
        ("kettle gravel ostrich", "Strong"),
    ):
        new.fill(typed)
        expect(said).to_contain_text(words)
    expect(page.locator("meter")).to_have_js_property("value", 4)
    axe(page)
    page.get_by_role("textbox", name="Your password now").fill(PASSWORD)
    page.get_by_role("textbox", name="New password once more").fill("another one")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("You must type the same password each time")).to_be_visible()
    axe(page)


def test_a_person_is_added_and_chooses_a_password_by_a_link(
    page: Page, site: Site, settings: Any, watch: Any, axe: Any
) -> None:
    settings.STAFF_MFA = False
    root = make_editor(is_superuser=True)
    log_in(page.context, site, root)
    settings.REAUTHENTICATE_SECONDS = 0
    page.goto("/admin/auth/user/add/")
    axe(page)
    page.get_by_label("Username").fill("new-nurse")
    follow(page, page.get_by_role("button", name="Save"))
    axe(page)
    follow(page, page.get_by_role("button", name="Make the link"))
    link = page.get_by_label("Link, good for a week and once:").input_value()
    axe(page)
    page.goto("/admin/sign-in/factors/sessions/")
    axe(page)
    leave(page)
    page.goto(link)
    axe(page)
    for name in ("New password:", "New password once more"):
        page.get_by_role("textbox", name=name).fill("kettle gravel ostrich")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    watch.expect("410")
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is not good any more")).to_be_visible()
    axe(page)
