"""Calls of a node to its control plane: each with a deadline, a size limit and no way around.

The control plane is known by its authority's fingerprint. Nothing that is secret is sent before
that was compared; from then on TLS verifies the chain and the one name, wherever it listens.
"""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from gatepost.feed.authority import SERVER_NAME, fingerprint
from gatepost.feed.messages import LONGEST
from gatepost.feed.token import Token
from gatepost.values import Address, By, Fault

_LARGEST = 64 * 1024
_DEADLINE = 10.0
_KNOWN = ("enrolment.unknown", "enrolment.expired", "enrolment.used", "node.revoked")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a node has after its enrolment; PEM, and the id of its plane."""

    certificate: bytes
    authority: bytes
    plane: str


async def fetch_authority(address: Address, pin: str) -> bytes:
    """Return the authority (PEM) of the control plane there, whose fingerprint must be ``pin``.

    Raises Fault(by=OPERATOR) ``enrolment.forged``, Fault(by=OURS) ``control_plane.unreachable``.
    """
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    pem = await _call(address, "GET", "/v1/authority", unverified)
    try:
        found = fingerprint(pem)
    except ValueError:
        found = ""
    if found != pin:
        raise Fault(
            "enrolment.forged",
            f"What answers at {address} is not the control plane that made the token: its "
            "authority is another one. The token was not sent. See who answers there; if the "
            "control plane was set up anew, make a new token.",
            by=By.OPERATOR,
        )
    return pem


async def enrol(
    address: Address, token: Token, authority: bytes, csr: bytes, about: dict[str, str]
) -> Enrolled:
    """Use the token for a certificate. about: id, hostname and version of the node.

    Raises Fault: what the control plane refused for, or as ``fetch_authority``.
    """
    asked = {"token": token.encode(), "csr": csr.decode(), "node": about}
    said = await _asked(address, "/v1/enrol", verifying(authority), asked)
    plane, certificate = said.get("plane"), said.get("certificate")
    if not isinstance(plane, str) or not isinstance(certificate, str):
        raise unreachable(address, "its answer is not an enrolment")
    return Enrolled(certificate.encode(), authority, plane)


async def renew(address: Address, authority: bytes, identity: Path, csr: bytes) -> bytes:
    """Return a new certificate (PEM). identity: file of the key and certificate in use.

    Raises Fault as ``enrol``.
    """
    said = await _asked(address, "/v1/renew", verifying(authority, identity), {"csr": csr.decode()})
    certificate = said.get("certificate")
    if not isinstance(certificate, str):
        raise unreachable(address, "its answer is not a renewal")
    return certificate.encode()


@asynccontextmanager
async def open_feed(
    address: Address, authority: bytes, identity: Path
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Connect the feed. Raises Fault(by=OURS) ``control_plane.unreachable``, with why."""
    context = verifying(authority, identity)
    async with _session() as session:
        try:
            socket = await session.ws_connect(
                _url(address, "/v1/feed"),
                ssl=context,
                server_hostname=SERVER_NAME,
                max_msg_size=LONGEST,
                autoping=True,
                timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
            )
        except (aiohttp.ClientError, OSError, ssl.SSLError) as error:
            raise unreachable(address, _reason(error)) from error
        try:
            yield socket
        finally:
            await socket.close()


def verifying(authority: bytes, identity: Path | None = None) -> ssl.SSLContext:
    """Return how a node speaks TLS with a control plane of this authority.

    Raises Fault (operator) ``identity.unusable`` when key and certificate cannot be read.
    """
    context = ssl.create_default_context(cadata=authority.decode())
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if identity is not None:
        try:
            context.load_cert_chain(identity)
        except (OSError, ssl.SSLError) as error:
            raise Fault(
                "identity.unusable",
                f"Key and certificate of this node, {identity}, cannot be used. Restore the file, "
                "or remove it and enrol again with a new token.",
                by=By.OPERATOR,
                cause=type(error).__name__,
            ) from error
    return context


def unreachable(address: Address, why: str) -> Fault:
    """Return the Fault of a control plane that is not there, or does not speak with us."""
    return Fault(
        "control_plane.unreachable",
        f"The control plane at {address} cannot be reached.",
        by=By.OURS,
        cause=why,
        retry_after=1,
    )


async def _asked(
    address: Address, path: str, context: ssl.SSLContext, asked: dict[str, Any]
) -> dict[str, Any]:
    content = await _call(address, "POST", path, context, json.dumps(asked).encode())
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise unreachable(address, "its answer is no JSON object")
    return said


async def _call(
    address: Address, method: str, path: str, context: ssl.SSLContext, body: bytes | None = None
) -> bytes:
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        async with (
            _session() as session,
            session.request(
                method,
                _url(address, path),
                data=body,
                headers=headers,
                ssl=context,
                server_hostname=SERVER_NAME,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=_DEADLINE),
            ) as reply,
        ):
            content = await reply.content.read(_LARGEST + 1)
            while not reply.content.at_eof() and len(content) <= _LARGEST:
                content += await reply.content.read(_LARGEST + 1 - len(content))
            status = reply.status
    except (aiohttp.ClientError, OSError, ssl.SSLError, TimeoutError) as error:
        raise unreachable(address, _reason(error)) from error
    if len(content) > _LARGEST:
        raise unreachable(address, "its answer is too long")
    if status != 200:
        raise _refused(address, status, content)
    return content


def _refused(address: Address, status: int, content: bytes) -> Fault:
    try:
        said = json.loads(content)
        code, message = said["code"], said["message"]
    except (ValueError, RecursionError, KeyError, TypeError):
        code, message = "", ""
    if code in _KNOWN and isinstance(message, str):
        return Fault(code, message[:1000], by=By.CLIENT)
    return unreachable(address, f"it answered {status} {code}".strip())


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        middlewares=(_go_nowhere_else,),
    )


async def _go_nowhere_else(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Refuse redirections, which ``ws_connect`` would follow."""
    reply = await handler(request)
    if 300 <= reply.status < 400:
        reply.close()
        raise aiohttp.ClientPayloadError("it answered with a redirection")
    return reply


def _url(address: Address, path: str) -> str:
    return f"https://{address}{path}"


def _reason(error: BaseException) -> str:
    """Return what went wrong, for the log; TLS says it in a cause of a cause."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "it does not prove to be the control plane that this node was enrolled at"
        if isinstance(seen, ssl.SSLError) and "ALERT" in str(seen.reason or "").upper():
            return "it does not take this node's certificate; enrol again with a new token"
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, aiohttp.WSServerHandshakeError):
        return f"it answered {error.status}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
