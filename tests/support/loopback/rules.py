"""What Discord demands of messages and modals beyond its description; pure, in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONTENT = 2000
EMBED_SUM = 6000
FILE_SIZE = 10 * 1024 * 1024
ROWS = 5
MODAL_COMPONENTS = 5
EPHEMERAL = 64
COMPONENTS_V2 = 1 << 15

ROW, BUTTON, TEXT_INPUT, LABEL = 1, 2, 4, 18
LINK, PREMIUM = 5, 6


def message(body: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    """Judge a message about to be created or edited, with the files that came beside it."""
    return [
        *_content(body),
        *_embeds(body.get("embeds") or (), attached(body, files)),
        *_rows(body),
        *_files(body, files),
    ]


def is_empty(body: dict[str, Any], files: dict[str, bytes]) -> bool:
    """Whether a message would show nothing at all, which Discord answers with 50006."""
    content = str(body.get("content") or "").strip()
    shown = (body.get("embeds"), body.get("components"), body.get("poll"), files)
    return not content and not any(shown)


def modal(data: dict[str, Any]) -> list[str]:
    """Judge a modal."""
    parts = data["components"]
    found = [*_unique_ids(parts)]
    if not 1 <= len(parts) <= MODAL_COMPONENTS:
        found.append(f"components: a modal has 1 to {MODAL_COMPONENTS}, not {len(parts)}")
    if any(one["type"] == ROW and len(one["components"]) != 1 for one in parts):
        found.append("components: a row of a modal has exactly one text input")
    fields = [one for one in inputs(parts) if one["type"] == TEXT_INPUT]
    return [*found, *(words for field in fields for words in _text_input(field))]


def inputs(parts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Walk what a person can fill in or click, with a label's words as `label`."""
    for part in parts:
        if part["type"] == LABEL:
            yield {**part["component"], "label": part["label"], "within": LABEL}
        elif "custom_id" in part or part["type"] == BUTTON:
            yield part
        yield from inputs(part.get("components") or ())
        if accessory := part.get("accessory"):
            yield from inputs([accessory])


def embed_texts(embed: dict[str, Any]) -> Iterator[str]:
    """Walk the texts of an embed that count towards the sum."""
    yield str(embed.get("title") or "")
    yield str(embed.get("description") or "")
    yield str((embed.get("footer") or {}).get("text") or "")
    yield str((embed.get("author") or {}).get("name") or "")
    for field in embed.get("fields") or ():
        yield str(field["name"])
        yield str(field["value"])


def attached(body: dict[str, Any], files: dict[str, bytes]) -> set[str]:
    """Name the files that an embed may show as `attachment://…`."""
    named = {one.get("filename") for one in body.get("attachments") or ()}
    return {*files, *(name for name in named if name)}


def _content(body: dict[str, Any]) -> Iterator[str]:
    content = str(body.get("content") or "")
    if len(content) > CONTENT:
        yield f"content: must be {CONTENT} or fewer in length, not {len(content)}"
    if body.get("flags", 0) and body["flags"] & COMPONENTS_V2 and (content or body.get("embeds")):
        yield "flags: neither content nor embeds beside components of the second version"


def _embeds(embeds: Iterable[dict[str, Any]], names: set[str]) -> Iterator[str]:
    whole = 0
    for at, embed in enumerate(embeds):
        whole += sum(len(text.strip()) for text in embed_texts(embed))
        yield from (f"embeds/{at}/{words}" for words in _embed(embed, names))
    if whole > EMBED_SUM:
        yield f"embeds: size exceeds maximum size of {EMBED_SUM}: {whole}"


def _embed(embed: dict[str, Any], names: set[str]) -> Iterator[str]:
    pictures = [embed.get("image"), embed.get("thumbnail")]
    if not any(text.strip() for text in embed_texts(embed)) and not any(pictures):
        yield "description: this field is required"
    for at, field in enumerate(embed.get("fields") or ()):
        for part in ("name", "value"):
            if not field[part].strip():
                yield f"fields/{at}/{part}: this field is required"
    for url in (str(one["url"]) for one in pictures if one):
        scheme, _, name = url.partition("://")
        if scheme not in {"attachment", "https", "http"}:
            yield f"image/url: scheme {scheme} must be one of http, https, attachment"
        elif scheme == "attachment" and name not in names:
            yield f"image/url: no attachment is called {name}"


def _rows(body: dict[str, Any]) -> Iterator[str]:
    parts = body.get("components") or []
    second = (body.get("flags") or 0) & COMPONENTS_V2
    if not second and len(parts) > ROWS:
        yield f"components: must be {ROWS} or fewer in length, not {len(parts)}"
    if not second and any(part["type"] != ROW for part in parts):
        yield "components: only rows at the top"
    for part in parts:
        kinds = [one["type"] for one in part.get("components") or ()] if part["type"] == ROW else []
        if any(kind != BUTTON for kind in kinds) and len(kinds) > 1:
            yield "components: a select menu has its row to itself"
    yield from _unique_ids(parts)
    for button in (one for one in inputs(parts) if one["type"] == BUTTON):
        yield from _button(button)


def _button(button: dict[str, Any]) -> Iterator[str]:
    link = button["style"] == LINK
    if link == bool(button.get("custom_id")) and button["style"] != PREMIUM:
        yield f"components: {'no' if link else 'a'} custom_id for a button of this style"
    if link != bool(button.get("url")):
        yield f"components: {'a' if link else 'no'} url for a button of this style"
    if not button.get("label") and not button.get("emoji") and button["style"] != PREMIUM:
        yield "components: a button needs a label or an emoji"


def _text_input(field: dict[str, Any]) -> Iterator[str]:
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not field.get("label"):
        yield "components: a text input needs a label"
    if least > most:
        yield "components: min_length is above max_length"
    value = field.get("value") or ""
    if value and not least <= len(value) <= most:
        yield f"components: a value of {len(value)} is not between {least} and {most}"


def _unique_ids(parts: Iterable[dict[str, Any]]) -> Iterator[str]:
    ids = Counter(one.get("custom_id") for one in inputs(parts))
    yield from (
        f"components: custom id {name} cannot be duplicated"
        for name, count in ids.items()
        if name and count > 1
    )


def _files(body: dict[str, Any], files: dict[str, bytes]) -> Iterator[str]:
    if len(files) > 10:
        yield "files: 10 at most"
    for name, content in files.items():
        if len(content) > FILE_SIZE:
            yield f"files/{name}: request entity too large"
    ids = Counter(str(one["id"]) for one in body.get("attachments") or ())
    if any(count > 1 for count in ids.values()):
        yield "attachments: ids cannot be duplicated"
