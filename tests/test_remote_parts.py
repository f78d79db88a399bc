"""The pure parts of keeping in step: git's words, secrets, webhooks, and how long to wait."""

from __future__ import annotations

import hashlib
import hmac
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.remote import scrub, webhook, words
from gitcfg.remote.keeping import SELDOM, delay
from gitcfg.remote.webhook import Seen, Verdict
from gitcfg.remote.words import Pushed

BODY, SECRET = b'{"ref":"refs/heads/main"}', "geheim"


def signed(body: bytes = BODY, secret: str = SECRET, **more: str) -> dict[str, str]:
    """Make the headers that GitHub sends."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    names = {name.replace("_", "-"): text for name, text in more.items()}
    return {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Event": "push", **names}


@pytest.mark.parametrize(
    ("code", "out", "err", "result"),
    [
        (0, "To x\n \tabc:refs/heads/main\t1..2\nDone\n", "", Pushed.DONE),
        (1, "!\tabc:refs/heads/main\t[rejected] (stale info)\n", "", Pushed.MOVED),
        (1, "!\tabc:refs/heads/main\t[rejected] (fetch first)\n", "", Pushed.MOVED),
        (1, "!\ta:b\t[remote rejected] (failed to update ref)\n", "", Pushed.MOVED),
        (1, "!\ta:b\t[remote rejected] (hook declined)\n", "remote: no\n", Pushed.REFUSED),
        (128, "", "fatal: unable to access 'https://x/': Failed to connect\n", Pushed.UNREACHED),
        (128, "", "fatal: the remote end hung up unexpectedly\n", Pushed.LOST),
        (None, "", "", Pushed.LOST),
        (1, "!\ta:b\t[remote failure] (no report)\n", "", Pushed.LOST),
    ],
)
def test_words_of_a_push_are_told_apart(
    code: int | None, out: str, err: str, result: Pushed
) -> None:
    """Not done, perhaps done, done, and refused are four things."""
    assert words.pushed(code, out, err)[0] is result


@pytest.mark.parametrize(
    ("err", "what"),
    [
        ("Host key verification failed.", "does not know its host key"),
        ("fatal: Authentication failed for 'https://x/'", "refused the credentials"),
        ("fatal: repository 'https://x/' not found", "has no repository"),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "cannot be reached"),
        ("fatal: never seen before", "failed"),
    ],
)
def test_silence_of_a_remote_has_a_reason_and_a_cure(err: str, what: str) -> None:
    """Each says what and what to do next."""
    found = words.fault(err)
    assert what in found.what
    assert found.advice


@given(
    secret=st.text("abcdefXYZ0123456789-_.~%", min_size=6, max_size=30),
    form=st.sampled_from(
        [
            "fatal: unable to access 'https://nok:{}@example.com/x.git/': 403",
            "fetch https://example.com/x.git?private_token={}&a=b failed",
            "Authorization: Basic {}",
            "> PRIVATE-TOKEN: {}",
            "bearer {}",
        ]
    ),
)
def test_secrets_never_stand_in_what_is_told(secret: str, form: str) -> None:
    """Whatever git quotes of a URL or a header, what is secret in it is blanked."""
    told = scrub.scrub(form.format(secret), [secret])
    assert secret not in told


def test_secrets_of_a_url_are_found_as_written_and_decoded() -> None:
    """git may quote either."""
    found = set(scrub.secrets_of_url("https://nok:p%40ssword@example.com/x.git"))
    assert {"p%40ssword", "p@ssword"} <= found


def test_push_webhook_of_github_wakes() -> None:
    """Signed over the raw body with our secret."""
    verdict = webhook.judge(signed(), BODY, SECRET, Seen())
    assert verdict == Verdict(HTTPStatus.ACCEPTED, "asking the upstream", wake=True)


def test_push_webhook_of_gitlab_wakes() -> None:
    """With the token that was agreed on."""
    headers = {"X-Gitlab-Token": SECRET, "X-Gitlab-Event": "Push Hook"}
    assert webhook.judge(headers, BODY, SECRET, Seen()).wake


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(secret="other"),  # noqa: S106 - made up
        signed(body=b"other"),
        {"X-Gitlab-Token": "other", "X-Gitlab-Event": "Push Hook"},
        {"X-Hub-Signature-256": "sha256=ü"},
    ],
)
def test_webhook_that_is_not_genuine_is_refused(headers: dict[str, str]) -> None:
    """It wakes nobody and is not remembered."""
    seen = Seen()
    assert webhook.judge(headers, BODY, SECRET, seen).status is HTTPStatus.UNAUTHORIZED
    assert webhook.judge(signed(), BODY, SECRET, seen).wake


def test_webhook_without_a_secret_of_ours_is_never_genuine() -> None:
    """An empty secret would be everybody's."""
    assert not webhook.is_genuine(signed(secret=""), BODY, "")


def test_webhook_that_came_before_is_refused() -> None:
    """By the delivery's name, and by the body, which alone is signed."""
    seen = Seen()
    assert webhook.judge(signed(X_GitHub_Delivery="1"), BODY, SECRET, seen).wake
    for name in ("1", "2"):
        again = webhook.judge(signed(X_GitHub_Delivery=name), BODY, SECRET, seen)
        assert again.status is HTTPStatus.CONFLICT


def test_webhook_about_something_else_wakes_nobody() -> None:
    """A ping is fine and does nothing."""
    headers = signed() | {"X-GitHub-Event": "ping"}
    assert webhook.judge(headers, BODY, SECRET, Seen()) == Verdict(
        HTTPStatus.OK, "not about a push: nothing to do"
    )


def test_memory_of_deliveries_is_bounded() -> None:
    """The oldest are forgotten."""
    seen = Seen(most=3)
    assert all(seen.is_new({bytes([number])}) for number in range(10))
    assert not seen.is_new({bytes([9])})
    assert seen.is_new({bytes([0])})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, HTTPStatus.LENGTH_REQUIRED),
        ({"Transfer-Encoding": "chunked"}, HTTPStatus.LENGTH_REQUIRED),
        ({"Content-Length": "x"}, HTTPStatus.BAD_REQUEST),
        ({"Content-Length": "-1"}, HTTPStatus.BAD_REQUEST),
        ({"Content-Length": str(webhook.MAX_BODY + 1)}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
        ({"Content-Length": "9" * 99}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ],
)
def test_body_of_unknown_or_great_length_is_not_read(
    headers: dict[str, str], status: HTTPStatus
) -> None:
    """Nobody fills our memory."""
    found = webhook.length(headers)
    assert isinstance(found, Verdict)
    assert found.status is status


@given(failures=st.integers(0, 10_000), chance=st.floats(0, 1))
def test_waiting_grows_with_failures_and_has_an_end(failures: int, chance: float) -> None:
    """Never less than four fifths of the usual, never much more than the longest."""
    assert 12 <= delay(15, failures, chance) <= SELDOM * 1.2
