"""Calls to be saved, with everything in them that a file could stumble over."""

from gatepost.console.collection import Collection, Order, Saved

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} {% now %} \x1b[31m \u202eevil\u202c ' \" \\ \u2028"

ORDER = Order(
    "http://idp.test/token", "client_credentials", "app", "canary-secret", "read write", "api"
)
PERSON = Order(
    "http://idp.test/token", "password", "web", "canary-web", "openid",
    username="ann", password="canary-password", in_body=True,
)  # fmt: skip
REFRESH = Order("http://idp.test/token", "refresh_token", "spa", refresh_token="canary-refresh")

GET = Saved("Orders", "http://gw.test:8000", "/orders?a=b", way="chained", order=ORDER)
POST = Saved(
    "Make one", "http://gw.test:8000", "/orders", "POST", (("Content-Type", "application/json"),),
    '{"a": 1}', "chained", ORDER, expects=201, is_json=True,
)  # fmt: skip
AS_PERSON = Saved("Mine", "http://gw.test:8000", "/me", way="chained", order=PERSON)
REFRESHED = Saved("Still mine", "http://gw.test:8000", "/me", way="chained", order=REFRESH)
PASTED = Saved("Pasted", "http://gw.test:8000", "/x", way="bearer", token="canary-token")
BASIC = Saved(
    "At the gate", "https://other.test", "/", way="basic",
    order=Order("", "client_credentials", "app", "canary-secret"),
)  # fmt: skip
KEYED = Saved(
    "Keyed", "http://gw.test:8000", "/k",
    headers=(("X-Api-Key", "canary-key"), ("Cookie", "canary-c")),
)  # fmt: skip
OPEN = Saved("Open", "http://gw.test:8000", "/open")

EVERY = Collection("Orders", (GET, POST, AS_PERSON, REFRESHED, PASTED, BASIC, KEYED, OPEN))
STRANGE = Collection(
    HOSTILE, (Saved(HOSTILE, "http://gw.test", "/" + HOSTILE, "GET", (("X-A", HOSTILE),), HOSTILE),)
)
CANARIES = (
    "canary-secret",
    "canary-web",
    "canary-password",
    "canary-refresh",
    "canary-token",
    "canary-key",
    "canary-c",
)
