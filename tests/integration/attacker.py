"""What an attacker sends: bytes as they are, tokens made by hand, orders to misbehave.

Everything here speaks to a ``World``; every token is added to its secrets, so that the canary
looks for it in all that was logged.
"""

import base64
import contextlib
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import h2.config
import h2.connection
import h2.events
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.integration.world import Answer, World

T = TypeVar("T")
R = TypeVar("R")
Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def at_once(work: Callable[[T], R], items: Sequence[T], threads: int = 16) -> list[R]:
    """Do the work for all items, many at a time; the results are in the order of the items."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


# -- tokens


def mint(world: World, **order: Any) -> str:
    """Let the provider make a token to order (its ``/dev/mint``)."""
    answer = world.idp.post_json("/dev/mint", order)
    assert answer.status == 200, answer.body
    token = str(answer.json()["token"])
    world.secrets.add(token)
    return token


def claims_of(token: str) -> Json:
    """Return the claims of a JWT as they stand in it."""
    payload = token.split(".")[1]
    found: Json = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def segment(value: Json | bytes) -> str:
    """Write a part of a token: JSON, or bytes as they are."""
    return base64url(value if isinstance(value, bytes) else json.dumps(value).encode())


class Signer:
    """A key pair of the attacker's, which signs whatever it is given."""

    def __init__(self, kid: str, *, bits: int = 2048, curve: ec.EllipticCurve | None = None):
        self.kid = kid
        self._key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
        if curve is None:
            self._key = rsa.generate_private_key(65537, bits)
        else:
            self._key = ec.generate_private_key(curve)

    def jwk(self, **members: Any) -> Json:
        """Return the public key as the provider would publish it."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            numbers = self._key.public_key().public_numbers()
            material = {"kty": "RSA", "n": _integer(numbers.n), "e": _integer(numbers.e)}
        else:
            point = self._key.public_key().public_numbers()
            size = (self._key.key_size + 7) // 8
            material = {
                "kty": "EC",
                "crv": {"secp256r1": "P-256", "secp256k1": "secp256k1", "secp384r1": "P-384"}[
                    self._key.curve.name
                ],
                "x": _integer(point.x, size),
                "y": _integer(point.y, size),
            }
        return {**material, "kid": self.kid, "use": "sig", **members}

    def jws(
        self, world: World, payload: Json | bytes, alg: str | None = None, **header: Any
    ) -> str:
        """Sign a payload. header: over alg, kid and typ."""
        alg = alg or ("RS256" if isinstance(self._key, rsa.RSAPrivateKey) else "ES256")
        signed = f"{segment({'alg': alg, 'kid': self.kid, 'typ': 'at+jwt', **header})}."
        return self.finish(world, signed + segment(payload))

    def finish(self, world: World, signed: str, *, der: bool = False) -> str:
        """Add the signature to header and payload. der: as OpenSSL writes it, which no JWS does."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            raw = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            raw = self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
            if not der:
                size = (self._key.key_size + 7) // 8
                raw = b"".join(part.to_bytes(size, "big") for part in decode_dss_signature(raw))
        token = f"{signed}.{base64url(raw)}"
        world.secrets.add(token)
        return token


def _integer(number: int, size: int | None = None) -> str:
    return base64url(number.to_bytes(size or (number.bit_length() + 7) // 8, "big"))


# -- ways to present a token


def spellings(token: str, path: str) -> list[tuple[str, str, dict[str, str], bytes | None]]:
    """Return (method, target, headers, body) for every place in which a token may ride."""
    form = {"Content-Type": FORM}
    return [
        ("GET", path, {"Authorization": f"Bearer {token}"}, None),
        ("GET", path, {"AUTHORIZATION": f"bEARER {token}"}, None),
        ("DELETE", path, {"Access-Token": token}, None),
        ("GET", path, {"X-Access-Token": f"Bearer {token}"}, None),
        ("GET", f"{path}?access_token={quote(token)}", {}, None),
        ("HEAD", f"{path}?a=1&%61ccess_token={quote(token)}", {}, None),
        ("POST", path, form, urlencode({"access_token": token}).encode()),
        (
            "PUT",
            path,
            {"Content-Type": "application/json"},
            json.dumps({"access_token": token}).encode(),
        ),
        ("OPTIONS", path, {"Authorization": f"Bearer {token}"}, None),
    ]


def presented(world: World, token: str, path: str) -> list[int]:
    """Present a token in every spelling; return the statuses."""
    return at_once(
        lambda one: world.proxy.send(one[0], one[1], one[3], one[2]).status, spellings(token, path)
    )


def flood(world: World, path: str, tokens: Iterable[str], threads: int = 16) -> list[int]:
    """Present many tokens over connections that stay open; return the statuses."""
    todo, statuses = list(tokens), list[int]()

    def work(number: int) -> None:
        connection = http.client.HTTPConnection(world.proxy.host, world.proxy.port, timeout=30)
        for token in todo[number::threads]:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
            reply = connection.getresponse()
            reply.read()
            statuses.append(reply.status)
        connection.close()

    at_once(work, range(threads), threads)
    assert len(statuses) == len(todo)
    return statuses


# -- misbehaviour of the provider


@contextlib.contextmanager
def misbehaving(
    world: World, fault: str, endpoint: str, *, times: int = 1_000_000, **details: Any
) -> Iterator[None]:
    """Let an endpoint of the provider misbehave, and then behave again."""
    order = {"fault": fault, "endpoint": endpoint, "times": times, **details}
    answer = world.idp.post_json("/dev/misbehave", order)
    assert answer.status == 200, answer.body
    try:
        yield
    finally:
        world.idp.send("DELETE", "/dev/misbehave")


def life(world: World, verb: str, application: str = "tutorial-opaque") -> None:
    """Activate or deactivate an application, as the management console does."""
    answer = world.idp.send("POST", f"/api/v1/apps/{application}/lifecycle/{verb}")
    assert answer.status == 200, answer.body


# -- the wire


def raw(world: World, data: bytes, *, seconds: float = 5.0) -> bytes:
    """Send bytes as they are; return all that comes until the node closes or is silent."""
    with socket.create_connection((world.proxy.host, world.proxy.port), timeout=seconds) as wire:
        wire.sendall(data)
        received = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while part := wire.recv(65536):
                received += part
        return received


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def request(
    world: World,
    target: bytes | str,
    *lines: bytes | str,
    method: bytes | str = b"GET",
    host: bytes | str = b"gate.test",
    body: bytes = b"",
) -> bytes:
    """Send one request with these header lines and ``Connection: close``; return the answer."""
    head = [b"%s %s HTTP/1.1" % (_bytes(method), _bytes(target)), b"Host: " + _bytes(host)]
    head += [_bytes(line) for line in lines]
    return raw(world, b"\r\n".join([*head, b"Connection: close", b"", body]))


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def over_h2(world: World, *requests: Sequence[tuple[str, str]]) -> list[Answer]:
    """Send requests as they are over one HTTP/2 connection with TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    plain = socket.create_connection((world.proxy_ssl.host, world.proxy_ssl.port), timeout=10)
    found: dict[int, tuple[Mapping[str, str], bytes]] = {}
    ended = 0
    with context.wrap_socket(plain, server_hostname="gate.test") as wire:
        assert wire.selected_alpn_protocol() == "h2"
        connection = h2.connection.H2Connection(
            h2.config.H2Configuration(
                validate_outbound_headers=False, normalize_outbound_headers=False
            )
        )
        connection.initiate_connection()
        for number, headers in enumerate(requests):
            connection.send_headers(2 * number + 1, list(headers), end_stream=True)
            found[2 * number + 1] = ({}, b"")
        wire.sendall(connection.data_to_send())
        while ended < len(requests) and (data := wire.recv(65536)):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    fields = {k.decode(): v.decode() for k, v in event.headers or []}
                    found[event.stream_id or 0] = (fields, b"")
                elif isinstance(event, h2.events.DataReceived):
                    fields_, body = found[event.stream_id or 0]
                    found[event.stream_id or 0] = (fields_, body + event.data)
                elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset):
                    ended += 1
                elif isinstance(event, h2.events.ConnectionTerminated):
                    ended = len(requests)
            wire.sendall(connection.data_to_send())
    return [Answer(int(head.get(":status", 0)), head, body) for head, body in found.values()]
