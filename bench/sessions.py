"""Sessions that nobody has seen, sealed as Gatepost seals them after a login.

It takes Gatepost's own code: a login for each of a hundred thousand would measure logins.
"""

import functools
import time
from os import urandom
from pathlib import Path

from bench.pool import Pool
from bench.tokens import Signer, sign
from gatepost.plugin.plugin import Site
from gatepost.plugins.openid_connect.config import OpenIdConnectConfig
from gatepost.plugins.openid_connect.session import Seals, Session
from gatepost.plugins.openid_connect.session.record import pack

SECRET = "a session secret for benchmarks alone"
_KIND = b"\x01"
"""What the content of a cookie begins with that is the session itself (``session.keeper``)."""


def pool(signer: Signer, issuer: str, client: str, file: Path) -> Pool:
    """Return a pool of session cookies, as they stand in a request behind their name."""
    now = int(time.time())
    common = {"iss": issuer, "sub": "subject-1", "iat": now, "exp": now + 86_400}
    access = sign(signer, **common, aud="api://default", client_id=client, scope="openid profile")
    identity = sign(signer, **common, aud=client, nonce="n" * 64, sid="provider-session-1")
    make = functools.partial(_make, issuer, client, access, identity, now)
    return Pool(make, file, "Cookie: session=")


def _make(
    issuer: str, client: str, access: str, identity: str, now: int, first: int, number: int
) -> bytes:
    config = OpenIdConnectConfig.model_validate({"issuer": issuer, "session_secret": SECRET})
    seals = Seals(config, Site())
    # Packing makes cookies differ by a few characters; a second cookie fills them up. Random text
    # packs to at least three quarters, and sealing makes it longer by a third.
    length = len(access + identity) + 512
    lines = []
    for at in range(first, first + number):
        session = Session(
            id=f"{at:032}",
            issuer=issuer,
            client=client,
            method="authorization_code",
            subject="subject-1",
            sid="provider-session-1",
            created=now,
            began=now,
            renewed=now,
            touched=now,
            access_token=access,
            obtained=now,
            expires=now + 86_400,
            id_token=identity,
        )
        text = seals.close_text(_KIND + pack(session), "session", "session", random=urandom)
        assert len(text) < length - 5, "a cookie is longer than its line"
        lines.append(f"1{text}; p=".ljust(length, "x"))
    return ("\n".join(lines) + "\n").encode()
