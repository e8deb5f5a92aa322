import asyncio
import base64

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.plugins.openid_connect.provider_script import Gate, jwt, status

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=60)
FORM = "application/x-www-form-urlencoded"


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


CREDENTIALS = st.one_of(
    LATIN,
    LATIN.map(lambda text: f"Bearer {text}"),
    LATIN.map(basic),
    st.sampled_from([jwt(), jwt()[:-1], jwt() + ".", jwt().replace(".", ".."), "e30.e30.e30"]).map(
        lambda token: f"Bearer {token}"
    ),
)
BODIES = st.one_of(
    st.binary(max_size=80),
    st.binary(max_size=40).map(lambda raw: b"access_token=" + raw),
    st.binary(max_size=40).map(lambda raw: b'{"access_token":' + raw + b"}"),
)


@settings(max_examples=150, deadline=None)
@given(CREDENTIALS, LATIN, BODIES, st.sampled_from([FORM, "application/json", "text/plain", ""]))
@example("Bearer \xff", "access_token=%ff%00", b"access_token=%ff", FORM)
@example("", "access_token=%f0%9f", b'{"access_token":"\\ud800"}', "application/json")
def test_no_request_makes_the_gate_fail(
    credential: str, args: str, body: bytes, media: str
) -> None:
    gate = Gate(client_id=["g"], client_secret=["s"])
    headers = [("Authorization", credential), ("Content-Type", media)]
    answer = asyncio.run(gate.ask(*headers, args=args, method="POST", body=body))
    assert status(answer) in (200, 400, 401, 431), answer.trace.steps
