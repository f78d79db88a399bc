"""For any setting, value, author and reason: within Discord's limits, and nobody is mentioned."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import acts, cards, catalogue, cutting, identities, texts, values
from bot.feed import posts
from bot.replies import changes, lists, reading
from gitcfg import Audited, Author, Change, Finding, Follower, Setting, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

    import discord

    from bot.texts import Words

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
LIMITS = {"title": 256, "description": 4096}
PINGS = re.compile(r"@everyone|@here|<@|<#|<@&")

odd = st.text(
    st.one_of(
        st.sampled_from([*"`*_~|<>@#[]():\\\n\t-", "\u0e33", "\u0e49", "\u200d", "\u202e", "😀"]),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=400,
)
risky = st.one_of(
    odd,
    st.sampled_from(["```", "@everyone", "<@81384788765712384>", "``` @here", "[x](http://y)"]),
    st.builds(lambda text, times: text * times, odd, st.integers(1, 40)),
)
keys = st.from_regex(r"[A-Z][A-Z0-9_]{0,300}", fullmatch=True)
json_values = st.one_of(risky, st.integers(), st.booleans(), st.lists(risky, max_size=3))
languages = st.sampled_from([texts.words(one) for one in texts.LANGUAGES])
REVISION = "0123456789abcdef0123456789abcdef01234567"


def lawful(card: cards.Card) -> None:
    """Check a card against every limit of an embed, and for mentions outside of code."""
    embed = card.embed()
    shown = [*_shown(embed)]
    for name, limit, text in shown:
        assert len(text) <= limit, name
        assert cutting.length(text) <= limit, name
    assert sum(cutting.length(text) for _, _, text in shown) <= 6000
    assert len(embed.fields) <= 25
    for _, _, text in shown:
        assert not PINGS.search(_outside_code(text)), text


def _shown(embed: discord.Embed) -> Iterator[tuple[str, int, str]]:
    yield "title", 256, embed.title or ""
    yield "description", 4096, embed.description or ""
    yield "footer", 2048, embed.footer.text or ""
    for field in embed.fields:
        yield "name", 256, field.name or " "
        yield field.name or "", 1024, field.value or " "


def _outside_code(text: str) -> str:
    for fence in ("```", "``", "`"):
        text = re.sub(rf"(?<![\\`]){fence}(?!`).*?(?<!`){fence}(?!`)", "", text, flags=re.DOTALL)
    return text.replace("\\<", "")


def finding(message: str, key: str) -> Finding:
    """Make a finding with given words."""
    return Finding(severity="warning", message=message, rule="r", key=key, file=message[:50])


def written(key: str, old: Any, new: Any, told: str) -> Written:
    """Make a change with given facts."""
    change = Change(key=key, old=old, new=new, version=7, revision=REVISION)
    warned = tuple(finding(told, key) for _ in range(5))
    return Written(
        status="done", revision=REVISION, changes=(change,), warnings=warned, diff=told * 9
    )


def version(key: str, value: Any, name: str, reason: str) -> Audited:
    """Make a record with given facts."""
    who = Author(name, "n@example.com")
    return Audited(
        key=key,
        version=3,
        value=value,
        old=value,
        deleted=False,
        active=True,
        revision=REVISION,
        author=who,
        committer=who,
        origin=None,
        date=NOW,
        action="set",
        reason=reason,
        via="git",
        actor=None,
        client=None,
        metadata=None,
        status="refused",
        error=reason,
    )


@given(languages, keys, json_values, json_values, risky)
def test_change_of_anything(words: Words, key: str, old: Any, new: Any, told: str) -> None:
    """Whatever was changed, the answers fit."""
    made = written(key, old, new, told)
    heard = changes.heard(
        words,
        [
            Follower(
                name="exporter",
                pid=1,
                state=state,
                revision=REVISION,
                since=NOW,
                effect=told,
                refused=(finding(told, key),),
            )
            for state in ("running", "refused", "lagging", "dead")
        ],
        rescheduled=True,
    )
    lawful(changes.done(words, "set", made, reason=told, now=NOW, link="https://x/y", heard=heard))
    lawful(changes.failed(words, "set", key, told, now=NOW))
    lawful(changes.unchanged(words, key, values.shown(new), now=NOW))
    lawful(changes.asked(words, "rollback", made, reason=told[:500], now=NOW, to="v1"))


@given(languages, keys, json_values, risky, risky)
def test_reading_of_anything(words: Words, key: str, value: Any, name: str, reason: str) -> None:
    """Whatever is stored, by whomever, the answers fit on every page."""
    one = version(key, value, name, reason)
    setting = Setting(
        key=key,
        value=value,
        version=3,
        default=False,
        uncommitted=False,
        revision=REVISION,
        updated=NOW,
        by=one.author,
        category="c",
        title=name,
        description=reason,
        type="string",
    )
    lawful(reading.view(words, setting, one, value, now=NOW))
    for fields in (
        lists.settings(words, [setting] * 30),
        lists.versions(words, [one] * 30),
        lists.records(words, [one] * 30),
        lists.blamed(words, [one] * 30),
    ):
        for page in range(3):
            lawful(lists.paged(words, "t", fields, page=page, now=NOW, intro="i")[0])
    lawful(posts.commit(words, [one] * 12, "https://x/y", now=NOW))
    lawful(posts.summary(words, [[one]] * 30, now=NOW))


@given(odd)
def test_reason_of_a_question_is_read_back(text: str) -> None:
    """What stands in a code block, uncut, comes back as it was, but for invisible characters."""
    safe = cutting.visible(text, lines=True)
    if safe and "\u200b" not in safe:
        assert cutting.unblock(cutting.block(safe, 10_000)) == safe


@given(risky, st.integers(20, 200))
def test_cut_is_never_before_a_combining_mark(text: str, limit: int) -> None:
    """What is left ends where a reader may stop: nothing is torn from its base."""
    short = cutting.cut(text, limit)
    assert cutting.length(short) <= limit
    if short != text:
        following = text[len(short) - 1 :][:1]
        assert not re.match("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]", following)


@given(keys, st.sampled_from(["set", "undo", "rollback", "reset", "unset"]))
def test_buttons_id_fits_and_comes_back(key: str, verb: str) -> None:
    """However long a key is, its button's id has at most 100 characters and tells all."""
    act = acts.Act(verb=verb, key=key, expect=REVISION, target=REVISION)
    found = acts.ID.fullmatch(act.id())
    assert found is not None
    assert len(act.id()) <= 100
    assert (found["verb"], found["key"]) == (verb, catalogue.compact(key))
    assert (found["expect"], found["target"]) == (REVISION[:20], REVISION[:20])


@given(st.text(max_size=60), st.text(max_size=60))
def test_author_of_anyone_is_one_that_git_holds(name: str, shown: str) -> None:
    """Whatever people call themselves, git can hold it."""
    who = identities.author(81384788765712384, name, shown, {})
    assert who.email == "81384788765712384@users.discord.invalid"
    assert not re.search("[<>\x00-\x1f\x7f]", who.name)
    assert who.name.strip(" ,:;<>\"\\'.") == who.name != ""


@pytest.mark.parametrize(
    ("name", "shown", "told"),
    [("nok", "nok", "nok"), ("nok", "Nok S.", "nok (Nok S)"), ("nok", "", "nok")],
)
def test_author_names_both(name: str, shown: str, told: str) -> None:
    """The unique name first; the display name after it where it differs."""
    assert identities.author(1, name, shown, {}).name == told


def test_catalogues_have_the_same_entries() -> None:
    """Each language says everything, with the same facts in it."""
    english, thai = (texts.words(one).entries for one in texts.LANGUAGES)
    places = {name: set(re.findall(r"{(\w+)}", text)) for name, text in english.items()}
    assert places == {name: set(re.findall(r"{(\w+)}", text)) for name, text in thai.items()}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_descriptions_fit(language: str) -> None:
    """A description of a command or option has 1 to 100 characters, a button at most 80."""
    entries = texts.words(language).entries
    long = [
        name
        for name, text in entries.items()
        if (name.startswith("describe.") and not 1 <= len(text) <= 100)
        or (name.startswith("button.") and len(text) > 80)
    ]
    assert long == []
