"""Google Drive's answers to the few things that we ask of it, each asked exactly once.

Whatever is no success is raised as one of the three errors here; they hold no address, for that of
an upload under way is a secret.
"""

from __future__ import annotations

import json
import weakref
from contextlib import contextmanager
from http.client import HTTPException
from io import BytesIO
from typing import TYPE_CHECKING, Any

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2 import credentials as oauth
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient import discovery_cache
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import Error, HttpError
from googleapiclient.http import MediaIoBaseUpload
from httplib2 import Http, HttpLib2Error

from exporter.destinations import drive_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exporter.destinations.drive_errors import Refusal

SCOPE = "https://www.googleapis.com/auth/drive"
TIMEOUT = 20.0
"""Seconds without a byte after which an answer is given up."""
CHUNK = 5 * 1024 * 1024
"""Files that are larger go in pieces of so many bytes, a multiple of 256 KiB as Drive asks."""
_FILE = "id,name,size,md5Checksum,parents,trashed,webViewLink"
_FOLDER = "id,name,mimeType,trashed,driveId,properties,capabilities(canAddChildren,canEdit)"
_FORGOTTEN = (404, 410)  # of an upload under way, not of the folder
_TOKENS = "https://oauth2.googleapis.com/token"
_ALL_DRIVES = {"supportsAllDrives": True}


class RefusedError(Exception):
    """Drive answered, and it was a no."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.told)


class NoAnswerError(Exception):
    """No whole answer came: what was asked may have been done."""


class CredentialsError(Exception):
    """The credentials cannot be used, or are not valid any more."""


class Client:
    """Drive as one account sees it; `owns` says whether it has storage of its own."""

    def __init__(self, service: Any, account: str, *, owns: bool) -> None:
        self._files = service.files()
        self.account = account
        self.owns = owns
        # Connections are kept for the next question, and closed when nobody is left to ask one.
        self.close = weakref.finalize(self, service.close)

    def folder(self, key: str) -> dict[str, Any]:
        """Read what a folder is and what we may do in it."""
        return self._ask(self._files.get(fileId=key, fields=_FOLDER, **_ALL_DRIVES))

    def file(self, key: str) -> dict[str, Any]:
        """Read a file's name, size, md5, folders, and whether it is in the trash."""
        return self._ask(self._files.get(fileId=key, fields=_FILE, **_ALL_DRIVES))

    def content(self, key: str) -> bytes:
        """Read a file's bytes."""
        with _told():
            return bytes(self._files.get_media(fileId=key, **_ALL_DRIVES).execute())

    def describe(self, key: str, properties: dict[str, str]) -> dict[str, Any]:
        """Put properties on a folder that every program can read."""
        body = {"properties": properties}
        return self._ask(self._files.update(fileId=key, body=body, fields=_FOLDER, **_ALL_DRIVES))

    def named(self, folder: str, start: str) -> list[dict[str, Any]]:
        """List files of a folder whose name begins so; what was just made may be missing."""
        quoted = start.replace("\\", "\\\\").replace("'", "\\'")
        found = self._ask(
            self._files.list(
                q=f"'{folder}' in parents and name contains '{quoted}' and trashed = false",
                fields=f"files({_FILE})",
                includeItemsFromAllDrives=True,
                pageSize=10,
                **_ALL_DRIVES,
            )
        )
        return [one for one in found.get("files", []) if one["name"].startswith(start)]

    def new_id(self) -> str:
        """Have an id set aside for a file to come."""
        found = self._ask(self._files.generateIds(count=1, space="drive", type="files"))
        return str(found["ids"][0])

    def create(self, body: dict[str, Any], content: bytes) -> dict[str, Any]:
        """Make a file with its content, in one piece or, when large, in several."""
        large = len(content) > CHUNK
        media = MediaIoBaseUpload(BytesIO(content), "text/csv", CHUNK if large else -1, large)
        request = self._files.create(body=body, media_body=media, fields=_FILE, **_ALL_DRIVES)
        if not large:
            return self._ask(request)
        with _told():
            return _in_pieces(request)

    @staticmethod
    def _ask(request: Any) -> dict[str, Any]:
        with _told():
            return dict(request.execute(num_retries=0))


def _in_pieces(request: Any) -> dict[str, Any]:
    answer = None
    while answer is None:
        try:
            _, answer = request.next_chunk(num_retries=0)
        except HttpError as error:
            if request.resumable_uri is not None and error.resp.status in _FORGOTTEN:
                raise NoAnswerError("Google Drive forgot the upload under way") from None
            raise
    return dict(answer)


def connect(account: Path, *, endpoint: str | None = None) -> Client:
    """Make a client for the account of a credentials file; asks nothing of Google yet.

    `endpoint` is another address that serves the Drive API. Raises CredentialsError.
    """
    credentials, name, owns = _credentials(account)
    # A 401 is answered by one new token, no more.
    http = AuthorizedHttp(credentials, http=Http(timeout=TIMEOUT), max_refresh_attempts=1)
    # We look at each answer ourselves, and a redirect could lead out with the token.
    http.follow_redirects = False
    document = json.loads(str(discovery_cache.get_static_doc("drive", "v3")))
    if endpoint is not None:
        root = endpoint.rstrip("/") + "/"
        # The address of uploads comes from the root, all else from the base.
        document |= {"rootUrl": root, "baseUrl": root + document["servicePath"]}
        document.pop("mtlsRootUrl", None)
    return Client(build_from_document(document, http=http), name, owns=owns)


def _credentials(account: Path) -> tuple[Any, str, bool]:
    try:
        facts = json.loads(account.read_text(encoding="utf-8"))
        kind = facts["type"]
        if kind == "service_account":
            service: Any = service_account.Credentials
            made = service.from_service_account_info(facts, scopes=[SCOPE])
            return made, str(facts["client_email"]), False
        if kind == "authorized_user":
            return _user(facts), str(facts.get("account") or "the OAuth user"), True
    except OSError as error:
        raise CredentialsError(f"{account} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, GoogleAuthError) as error:
        # What the library says may quote the key.
        raise CredentialsError(
            f"{account} holds no credentials of Google that are whole"
        ) from error
    raise CredentialsError(
        f"{account} is of type {str(kind)[:40]!r}: it must be the key of a service account, or an "
        "authorized user's"
    )


def _user(facts: dict[str, Any]) -> Any:
    made: Any = oauth.Credentials
    return made(
        None,
        refresh_token=facts["refresh_token"],
        client_id=facts["client_id"],
        client_secret=facts["client_secret"],
        token_uri=facts.get("token_uri") or _TOKENS,
        scopes=[SCOPE],
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except HttpError as error:
        found = drive_errors.read(int(error.resp.status), dict(error.resp), error.content)
        raise RefusedError(found) from None
    except RefreshError as error:
        if error.retryable:
            raise NoAnswerError("the server of Google's access tokens is not to be had") from None
        raise CredentialsError(f"Google does not take them: {_first(error)}") from None
    except (
        TransportError,
        HttpLib2Error,
        HTTPException,
        OSError,
        Error,
        json.JSONDecodeError,
    ) as error:
        raise NoAnswerError(f"no answer from Google Drive: {_named(error)}") from None


def _first(error: RefreshError) -> str:
    return " ".join(str(error.args[0] if error.args else error).split())[:200]


def _named(error: BaseException) -> str:
    told = error.strerror if isinstance(error, OSError) and error.strerror else ""
    return told or type(error).__name__
