"""The door of REST: reads, judges and counts each request, has it done, judges the answer."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from loopback import answers, callbacks, channels, lookups, registry, webhooks
from loopback.answers import Answer, Call, RefusedError
from loopback.limits import Limits, Pace

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopback.faults import Fault, Faults
    from loopback.place import Place

ROOT = "/api/v10"
_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
_EVERYWHERE = "/applications/{application_id}/commands"
_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_POSTED = "/channels/{channel_id}/messages"

HANDLERS: dict[tuple[str, str], Callable[[Place, Call], Answer]] = {
    ("GET", "/users/@me"): lookups.own_user,
    ("GET", "/users/@me/guilds"): lookups.own_guilds,
    ("GET", "/applications/@me"): lookups.application,
    ("GET", "/oauth2/applications/@me"): lookups.application,
    ("GET", "/gateway"): lookups.gateway,
    ("GET", "/gateway/bot"): lookups.gateway_bot,
    ("GET", "/guilds/{guild_id}"): lookups.guild,
    ("GET", "/guilds/{guild_id}/roles"): lookups.roles,
    ("GET", "/guilds/{guild_id}/roles/{role_id}"): lookups.role,
    ("GET", "/guilds/{guild_id}/members/{user_id}"): lookups.member,
    ("GET", "/guilds/{guild_id}/channels"): lookups.channels,
    ("GET", "/channels/{channel_id}"): lookups.channel,
    ("GET", _COMMANDS): registry.listed,
    ("PUT", _COMMANDS): registry.overwrite,
    ("GET", f"{_COMMANDS}/permissions"): registry.permissions,
    ("GET", _EVERYWHERE): registry.listed_everywhere,
    ("PUT", _EVERYWHERE): registry.overwrite_everywhere,
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"): callbacks.callback,
    ("GET", _HOOK): webhooks.show_webhook,
    ("POST", _HOOK): webhooks.execute,
    ("GET", f"{_HOOK}/messages/@original"): webhooks.look_original,
    ("PATCH", f"{_HOOK}/messages/@original"): webhooks.edit_original,
    ("DELETE", f"{_HOOK}/messages/@original"): webhooks.delete_original,
    ("GET", f"{_HOOK}/messages/{{message_id}}"): webhooks.look,
    ("PATCH", f"{_HOOK}/messages/{{message_id}}"): webhooks.edit,
    ("DELETE", f"{_HOOK}/messages/{{message_id}}"): webhooks.delete,
    ("GET", _POSTED): channels.recent,
    ("POST", _POSTED): channels.create,
    ("GET", f"{_POSTED}/{{message_id}}"): channels.look,
    ("PATCH", f"{_POSTED}/{{message_id}}"): channels.edit,
    ("DELETE", f"{_POSTED}/{{message_id}}"): channels.delete,
}


class Rest:
    """Answers requests to `https://discord.com/api/v10`."""

    def __init__(self, place: Place, faults: Faults) -> None:
        self.place = place
        self.faults = faults
        self.limits = Limits(place.clock.monotonic)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or cut its connection where a fault says so."""
        path = request.path.removeprefix(ROOT)
        self.place.requests.append((request.method, path))
        fault = self.faults.take(request.method, path)
        if fault is not None and fault.slow:
            await asyncio.sleep(fault.slow)
        if fault is not None and fault.drop == "before":
            return cut(request)
        try:
            call = await self._read(request, path)
            self._authorize(request, call)
            pace = self.limits.count(call)
        except RefusedError as refused:
            return self._refuse(refused, request)
        if fault is not None and fault.status:
            return _faulty(fault)
        if pace is not None and pace.wait:
            return self._slow_down(call, pace)
        response = self._carry_out(call, request, pace)
        return cut(request) if fault is not None and fault.drop == "after" else response

    def _carry_out(self, call: Call, request: web.BaseRequest, pace: Pace | None) -> web.Response:
        now = self.place.clock.now().timestamp()
        headers = pace.headers(now) if pace is not None else {}
        try:
            answer = HANDLERS[call.method, call.route.path](self.place, call)
        except RefusedError as refused:
            return self._refuse(refused, request, headers)
        judge = self.place.description.response
        for complaint in judge(call.route, answer.status, answer.body):
            self.place.blame("answer", f"{call.method} {call.route.path}: {complaint}")
        return _json(answer.status, answer.body, headers)

    async def _read(self, request: web.BaseRequest, path: str) -> Call:
        route = self.place.description.route(request.method, path)
        if route is None or not request.path.startswith(ROOT):
            self.place.blame("route", f"{request.method} {request.path} does not exist")
            raise RefusedError(404, 0, "404: Not Found")
        if (request.method, route.path) not in HANDLERS:
            self.place.blame("route", f"{request.method} {route.path} is not played here")
            raise RefusedError(404, 0, "404: Not Found")
        body, files = await _body(request)
        found = route.pattern.match(path)
        assert found is not None
        call = Call(
            request.method, route, _parameters(route.path, path), {**request.query}, body, files
        )
        if complaints := self.place.description.request(route, body):
            raise answers.invalid(complaints)
        return call

    def _authorize(self, request: web.BaseRequest, call: Call) -> None:
        by_token = call.route.path.startswith(("/webhooks/", "/interactions/"))
        if by_token or call.route.path == "/gateway":
            return
        if request.headers.get("Authorization") != f"Bot {self.place.token}":
            raise answers.unauthorized()

    def _refuse(
        self,
        refused: RefusedError,
        request: web.BaseRequest,
        headers: dict[str, str] | None = None,
    ) -> web.Response:
        if refused.kind is not None:
            path = request.path.removeprefix(ROOT)
            self.place.blame(refused.kind, f"{request.method} {path[:60]}: {refused.message}")
        body = {"code": refused.code, "message": refused.message}
        return _json(refused.status, body, headers or {})

    def _slow_down(self, call: Call, pace: Pace) -> web.Response:
        words = f"{call.method} {call.route.path}: {pace.limit} and no more; wait {pace.wait:.1f} s"
        self.place.blame("pace", words)
        headers = pace.headers(self.place.clock.now().timestamp())
        return _limited(pace.wait, everywhere=pace.everywhere, via=True, headers=headers)


def cut(request: web.BaseRequest) -> web.Response:
    """Cut a connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _json(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    content = b"" if body is None else json.dumps(body).encode()
    kind = {"Content-Type": "application/json"} if body is not None else {}
    return web.Response(status=status, body=content, headers={**kind, **headers})


def _faulty(fault: Fault) -> web.Response:
    if fault.status == 429:
        return _limited(fault.retry_after, everywhere=fault.everywhere, via=fault.via, headers={})
    if fault.status in {502, 503, 504}:
        text = "<html><body>upstream connect error</body></html>"
        return web.Response(status=fault.status, text=text, content_type="text/html")
    return _json(fault.status, {"code": 0, "message": f"{fault.status}: Error"}, {})


def _limited(wait: float, *, everywhere: bool, via: bool, headers: dict[str, str]) -> web.Response:
    body = {
        "code": 0,
        "message": "You are being rate limited.",
        "retry_after": round(wait, 3),
        "global": everywhere,
    }
    more = {"Retry-After": f"{wait:.0f}", **({"Via": "1.1 google"} if via else {})}
    return _json(429, body, {**headers, **more})


async def _body(request: web.BaseRequest) -> tuple[Any, dict[str, bytes]]:
    """Read a JSON body, or the JSON part of a form with the files beside it."""
    if not request.can_read_body:
        return None, {}
    kind = request.headers.get("Content-Type", "")
    if kind == "application/json":
        return json.loads(await request.read()), {}
    if not kind.startswith("multipart/form-data"):
        raise answers.invalid([f"Content-Type: {kind or 'nothing'} instead of application/json"])
    form = await request.post()
    body = json.loads(str(form["payload_json"]))
    return body, _files(form, body)


def _files(form: Any, body: Any) -> dict[str, bytes]:
    """Name the files of a form as the body's list of attachments does."""
    message = body.get("data", body)
    names = {str(one["id"]): one.get("filename") for one in message.get("attachments") or ()}
    found: dict[str, bytes] = {}
    for key, part in form.items():
        if key.startswith("files["):
            name = names.get(key[6:-1]) or part.filename
            found[name] = part.file.read()
    return found


def _parameters(template: str, path: str) -> dict[str, str]:
    pairs = zip(template.split("/"), path.split("/"), strict=True)
    return {name[1:-1]: given for name, given in pairs if name.startswith("{")}
