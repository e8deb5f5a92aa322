import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gatepost.feed.authority import SERVER_NAME, key_pem, new_key, request_for
from gatepost.feed.calling import verifying
from gatepost.feed.membership import Member, Passport
from tests.providers.cluster import PLANE, Cluster, cluster

pytestmark = pytest.mark.anyio


async def ask(
    made: Cluster, path: str, body: Any, file: Path | None = None
) -> tuple[int, dict[str, Any]]:
    context = verifying(made.authority.certificate, file)
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"https://{made.address}{path}",
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            ssl=context,
            server_hostname=SERVER_NAME,
        ) as reply,
    ):
        content = await reply.read()
        return reply.status, json.loads(content) if reply.status != 413 else {}


def wish(token: str, node: str, csr: bytes) -> dict[str, Any]:
    about = {"id": node, "hostname": "h", "version": "1"}
    return {"token": token, "csr": csr.decode(), "node": about}


async def test_a_token_makes_one_node_and_the_same_key_may_ask_again(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        token, csr = made.token(), request_for(key_pem(new_key()))
        for _ in range(2):
            status, said = await ask(made, "/v1/enrol", wish(token, "n1", csr))
            assert status == 200
            passport = Passport.of_pem(said["certificate"].encode())
            assert passport is not None
            assert passport.member == Member(PLANE, "n1")
            assert (said["plane"], said["authority"]) == (
                PLANE,
                made.authority.certificate.decode(),
            )
        assert made.kept.members.planes == {"n1": PLANE}
        for node, other in (("n1", request_for(key_pem(new_key()))), ("n2", csr)):
            status, said = await ask(made, "/v1/enrol", wish(token, node, other))
            assert (status, said["code"]) == (403, "enrolment.used")


async def test_what_is_wrong_with_a_token_is_told(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        csr = request_for(key_pem(new_key()))
        unknown, late = made.token(), made.token(life=-1.0)
        del made.kept.tickets.held[next(iter(made.kept.tickets.held))]
        for token, code in (
            (unknown, "enrolment.unknown"), (late, "enrolment.expired"),
            ("gpn_x", "enrolment.malformed"),
        ):  # fmt: skip
            status, said = await ask(made, "/v1/enrol", wish(token, "n1", csr))
            assert (status, said["code"]) == (403, code)
            assert "certificate" not in said


async def test_a_node_that_was_revoked_is_not_enrolled_again_under_its_name(
    tmp_path: Path,
) -> None:
    async with cluster(tmp_path) as made:
        made.kept.members.revoked["n1"] = "stolen"
        csr = request_for(key_pem(new_key()))
        status, said = await ask(made, "/v1/enrol", wish(made.token(), "n1", csr))
        assert (status, said["code"]) == (403, "node.revoked")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"[" * 10_000, {"token": "x", "csr": "x"}, wish("x", "a b", b"x"),
        wish("gpn_x", "n", b"x"), wish("gpn_x", "n", b"x" * 20_000),
    ],
)  # fmt: skip
async def test_what_is_no_wish_uses_no_token_up(tmp_path: Path, body: Any) -> None:
    async with cluster(tmp_path) as made:
        if isinstance(body, dict) and body["token"] == "gpn_x":
            body = {**body, "token": made.token()}
        status, said = await ask(made, "/v1/enrol", body)
        assert (status, said["code"]) == (400, "enrolment.bad_request")
        assert all(ticket.used_by is None for ticket in made.kept.tickets.held.values())


async def test_a_body_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        status, _ = await ask(made, "/v1/enrol", b" " * 200_000)
        assert status == 413


async def test_a_node_renews_with_the_certificate_that_it_has(tmp_path: Path) -> None:
    async with cluster(tmp_path) as made:
        node, file = made.identity()
        csr = {"csr": request_for(key_pem(new_key())).decode()}
        status, said = await ask(made, "/v1/renew", csr, file)
        assert status == 200
        passport = Passport.of_pem(said["certificate"].encode())
        assert passport is not None
        assert passport.member == Member(PLANE, node)
        assert made.kept.members.certificates[node] == [(passport.serial, passport.expires)]
        status, said = await ask(made, "/v1/renew", csr)
        assert (status, said["code"]) == (403, "certificate.missing")
        made.kept.members.revoked[node] = "stolen"
        status, said = await ask(made, "/v1/renew", csr, file)
        assert (status, said["code"]) == (403, "node.revoked")
