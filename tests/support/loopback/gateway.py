"""The gateway: a real websocket with sessions, heartbeats, resumption and compression."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from loopback import shapes
from loopback.gateway_shapes import GatewayShapes

if TYPE_CHECKING:
    from loopback.place import Place

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
RECONNECT, INVALID, HELLO, ACK = 7, 9, 10, 11
GUILDS = 1
SENDS = 120
"""Payloads that a client may send in 60 seconds."""
RESUME_URL = "wss://gateway-loopback.discord.gg"
_PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)


class Session:
    """A gateway session: it outlives its connection, and keeps what it sent for a resumption."""

    def __init__(self, intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.sequence = 0
        self.sent: deque[tuple[int, str, Any]] = deque(maxlen=1000)
        self.connection: Connection | None = None

    async def dispatch(self, name: str, data: Any) -> None:
        """Send an event, now or after a resumption."""
        self.sequence += 1
        self.sent.append((self.sequence, name, data))
        if self.connection is not None:
            await self.connection.send(DISPATCH, data, sequence=self.sequence, name=name)

    async def replay(self, after: int) -> None:
        """Send again what came after a number."""
        assert self.connection is not None
        for sequence, name, data in [one for one in self.sent if one[0] > after]:
            await self.connection.send(DISPATCH, data, sequence=sequence, name=name)


class Connection:
    """One websocket; its compression lasts as long as it does."""

    def __init__(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        self.socket = socket
        self.request = request
        self.zlib = zlib.compressobj() if request.query.get("compress") else None
        self.sends: deque[float] = deque()
        self.closed_by_us = False

    async def send(
        self, op: int, data: Any, *, sequence: int | None = None, name: str | None = None
    ) -> None:
        """Send one payload, in one frame that ends with a sync flush."""
        text = json.dumps({"op": op, "d": data, "s": sequence, "t": name})
        try:
            if self.zlib is None:
                await self.socket.send_str(text)
            else:
                packed = self.zlib.compress(text.encode()) + self.zlib.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionError:
            pass  # the reader will find the same, and the session keeps the event

    async def close(self, code: int) -> None:
        """Close in order, for a reason of ours."""
        self.closed_by_us = True
        await self.socket.close(code=code)

    def abort(self) -> None:
        """Cut the connection in the middle of whatever it does."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Gateway:
    """Lets the bot in, keeps its sessions, and tells it what happens."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.shapes = GatewayShapes(place.description)
        self.interval = 41.25
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.identified: list[dict[str, Any]] = []
        self.resumed = 0
        self.heartbeats = 0
        self.moved = asyncio.Event()

    @property
    def live(self) -> list[Session]:
        """The sessions that have a connection."""
        return [one for one in self.sessions.values() if one.connection is not None]

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one connection until it ends."""
        self._judge_url(request)
        socket = web.WebSocketResponse(compress=False, autoping=True, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.add(connection)
        try:
            await connection.send(HELLO, {"heartbeat_interval": int(self.interval * 1000)})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(connection, message.data)
        finally:
            self._end(connection)
        return socket

    async def dispatch(self, name: str, data: Any) -> None:
        """Tell an event to every session."""
        for complaint in self.shapes.event(name, data):
            self.place.blame("event", complaint)
        for session in [*self.sessions.values()]:
            await session.dispatch(name, data)

    def forget(self, session_id: str | None) -> None:
        """Forget a session that nobody is left to resume."""
        self.sessions.pop(session_id or "", None)

    async def ready(self) -> None:
        """Wait until a session has a connection."""
        while not self.live:
            await self.moved.wait()

    async def reconnect(self) -> None:
        """Ask for a reconnection, by op 7."""
        for session in self.live:
            assert session.connection is not None
            await session.connection.send(RECONNECT, None)

    async def invalidate(self, *, resumable: bool) -> None:
        """Declare the sessions invalid, by op 9."""
        for session in self.live:
            assert session.connection is not None
            if not resumable:
                del self.sessions[session.id]
            await session.connection.send(INVALID, resumable)

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for connection in [*self.connections]:
            await connection.close(code)

    def drop(self) -> None:
        """Cut every connection."""
        for connection in [*self.connections]:
            connection.abort()

    async def _take(self, connection: Connection, text: str) -> None:
        payload = json.loads(text)
        op, data = payload.get("op"), payload.get("d")
        now = self.place.clock.monotonic()
        connection.sends.append(now)
        while now - connection.sends[0] > 60:
            connection.sends.popleft()
        if len(connection.sends) > SENDS:
            self.place.blame("gateway", f"more than {SENDS} payloads in 60 seconds")
            await connection.socket.close(code=4008, message=b"You are being rate limited.")
            return
        if found := self.shapes.sent(op, data):
            for complaint in found:
                self.place.blame("gateway", complaint)
            await connection.socket.close(code=4002, message=b"Error while decoding payload.")
            return
        takers = {HEARTBEAT: self._heartbeat, IDENTIFY: self._identify, RESUME: self._resume}
        if op in takers:
            await takers[op](connection, data)

    async def _heartbeat(self, connection: Connection, _: Any) -> None:
        self.heartbeats += 1
        await connection.send(ACK, None)

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> None:
        self.identified.append(data)
        if data["token"] != self.place.token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & _PRIVILEGED:
            self.place.blame("gateway", f"privileged intents in {data['intents']}")
            await connection.socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        session = Session(data["intents"])
        session.connection = connection
        self.sessions[session.id] = session
        await self._event(session, "READY", self._ready(session))
        if session.intents & GUILDS:
            for guild in self.place.guilds.values():
                own = guild.members[self.place.own.id]
                await self._event(session, "GUILD_CREATE", shapes.guild_create(guild, own))
        self._move()

    async def _event(self, session: Session, name: str, data: Any) -> None:
        for complaint in self.shapes.event(name, data):
            self.place.blame("event", complaint)
        await session.dispatch(name, data)

    def _ready(self, session: Session) -> dict[str, Any]:
        guilds = [{"id": str(one), "unavailable": True} for one in self.place.guilds]
        return {
            "v": 10,
            "user": shapes.own_user(self.place.own),
            "guilds": guilds,
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": RESUME_URL,
            "application": {"id": str(self.place.application_id), "flags": 0},
        }

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"] or "")
        if session is None or data["token"] != self.place.token:
            await connection.send(INVALID, data=False)
            return
        session.connection = connection
        await session.replay(data["seq"] or 0)
        await session.dispatch("RESUMED", {})
        self.resumed += 1
        self._move()

    def _end(self, connection: Connection) -> None:
        self.connections.discard(connection)
        for session in [*self.sessions.values()]:
            if session.connection is connection:
                session.connection = None
                # Whoever closes with 1000 or 1001 will not come back.
                if connection.socket.close_code in {1000, 1001} and not connection.closed_by_us:
                    del self.sessions[session.id]
        self._move()

    def _move(self) -> None:
        self.moved.set()
        self.moved = asyncio.Event()

    def _judge_url(self, request: web.BaseRequest) -> None:
        query = {**request.query}
        if query.get("v") != "10" or query.get("encoding") != "json":
            self.place.blame("gateway", f"version or encoding in {request.query_string!r}")
        if query.get("compress") not in {None, "zlib-stream"}:
            self.place.blame("gateway", f"compression {query['compress']} is not played here")
