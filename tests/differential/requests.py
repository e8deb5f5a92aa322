"""Requests as bytes: each is a draft that takes small steps away from another.

A draft is what is sent; ``seen`` is how nginx reads it, by the rules that HTTP and nginx publish:
names with other characters than letters, digits and hyphens are dropped, blanks around a value are
not part of it, an absolute target decides the host.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from gatepost.engine import normal
from gatepost.plugin import HttpRequest
from gatepost.values import Headers

Field = tuple[bytes, bytes]
_NAME = re.compile(rb"[A-Za-z0-9-]+")
_SESSION = re.compile(rb"(?:^|; )(sid=[^;]*)")
_ABSOLUTE = re.compile(rb"[a-z]+://([^/?#]*)(.*)", re.DOTALL)

CREDENTIALS = (
    b"good-1", b"good-2", b"good-3", b"good-4", b"good-stranger", b"good-bound", b"good-ends",
    b"bad-1", b"bad-2", b"odd-1", b"Good-1", b"GOOD-1", b"good-1,good-1", b"", b"good-%31",
    b"good-1=", b'"good-1"', b"good-\xc3\xa9", b"good-\xe9", b"good-1;x", b"good-" + b"l" * 6000,
)  # fmt: skip
SCHEMES = (b"Bearer ", b"bearer ", b"BEARER ", b"Bearer  ", b"Basic ", b"DPoP ", b"Bearer", b"")
PLAIN = (b"1", b"2", b"", b"a b", b"a,b", b"a, b", b"\xe9", b"x\ty", b"1 ", b"A", b"a")
ARGUMENTS = (
    b"q=1", b"q=%31", b"q=2", b"q=", b"q", b"Q=1", b"%71=1", b"q=a+b", b"q=a%20b", b"q=a%2Bb",
    b"q=a%2bb", b"=x", b"q=a=b", b"q=%zz", b"q=%E9", b"q=%C3%A9", b"q=\xc3\xa9", b"q=\xe9", b"",
    b"key=good-1", b"key=%67ood-1", b"key=good-2", b"key=bad-1", b"key=", b"ke%79=good-3",
    b"tag=a", b"tag=b", b"tag=", b"tag", b"tag=a%26tag=b", b"code=x", b"code", b"c%6Fde=x",
    b"q;=1", b"q[]=1", b"q=1;key=good-1", b"+q=1", b"q+=1", b"q%3D=1", b"q=%00", b"q=%", b"qq=1",
)  # fmt: skip
TWINS = (b"q=1", b"q=%31", b"%71=1", b"code=x", b"c%6Fde=x", b"key=good-1", b"ke%79=good-1")
"""Arguments that are alike, or look so."""
COOKIES = (
    b"sid=good-1", b"sid=good-2", b"sid=bad-1", b"sid=", b"sid", b'sid="good-1"', b"Sid=good-1",
    b" sid=good-1 ", b"sid =good-1", b"sid= good-1", b"sid=good-1=", b"=sid", b"", b" ", b"c=1",
    b"c=2", b"c=a=b", b"c=", b"c", b"other=1", b"sid=%67ood-1", b"sid=\xe9", b"xsid=good-1",
    b"\tsid=good-3", b"sid=good-3\t", b"sid=a,sid=b", b"sid=good-1", b"sid=good-2", b"sid2=x",
    b"sid2=", b"sid3=1", b"flow_a=1", b"flow_=", b"flow=1", b"\tflow_b=1", b"flow_ x=1",
    b"other=sid=good-1", b"other=a sid=good-2", b"sid=sid=good-1", b"ci_sid=1", b"a sid=good-2",
    b"theme=dark", b"lang=en", b"sid=good-" + b"l" * 1400, b"  sid=good-2", b"sid=good 1", b"id=1",
    b"other=flow_", b"\x0bsid=good-1", b"=sid=good-1",
)  # fmt: skip
VALUES: dict[bytes, tuple[bytes, ...]] = {
    b"X-A": PLAIN,
    b"X-B": PLAIN,
    b"X-Secret": PLAIN,
    b"X-Key": CREDENTIALS,
    b"DPoP": (b"proof",),
    b"Accept": (
        b"text/html", b"*/*", b"application/json, text/html;q=0.9", b"TEXT/HTML", b"",
        b"text/html,application/xhtml+xml;q=0.9", b"text/htm",
    ),
    b"Sec-Fetch-Mode": (b"navigate", b"cors", b"Navigate", b"", b"navigate ", b"navigate, x"),
    b"X-Requested-With": (b"XMLHttpRequest", b"xmlhttprequest", b"", b"a, XMLHttpRequest"),
    b"Sec-Purpose": (b"prefetch", b"prefetch;prerender", b"", b"Prefetch"),
    b"Origin": (b"http://a.test", b""),
    b"Access-Control-Request-Method": (b"PUT", b""),
    b"Content-Type": (
        b"application/x-www-form-urlencoded", b"application/json", b"text/plain", b"",
        b"APPLICATION/JSON", b"application/json; charset=utf-8", b" application/json ;x",
        b"application/problem+json", b"application/grpcish", b"application/jsonx",
        b"application/json\xa0", b"multipart/form-data; boundary=x", b";application/json",
    ),
}  # fmt: skip
IDENTITY = (
    b"X-Consumer-ID", b"x-consumer-username", b"X-CONSUMER-CUSTOM-ID", b"X_Consumer_ID",
    b"X.Consumer.Username", b"X-Credential-Identifier", b"X-Anonymous-Consumer", b"X-Digest",
    b"X-Consumer-Groups", b"X-Authenticated-Groups", b"x-digest", b"X_Digest", b"X-Copy",
    b"X-Hostile", b"X-More-1",
)  # fmt: skip
METHODS = (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH")
HOSTS = (b"gate.test", b"GATE.test", b"gate.test:8000", b"other.test", b"gate.test.", b"10.0.0.1")
PATHS = (
    b"x", b"x", b"x/", b"logout", b"logout", b"LOGOUT", b"a/logout", b"logout/", b"%6Cogout",
    b"a/../x", b"./x", b"/x", b"a//x", b"%78", b"x%2flogout", b"x;y", b"x;logout", b"caf%C3%A9",
    b"caf\xc3\xa9", b"a/%2e%2e/x", b"", b"logout%20", b"x%2F..%2Fy", b"x/..;/y", b"x?", b"x%3Fq=1",
)  # fmt: skip
FORM = (
    b"key=good-1", b"key=good-2&x=1", b"x=1", b"key=bad-1", b"", b'{"key":"good-1"}', b"k=" * 500,
    b"a=1&key=good-1&key=good-2", b"%6Bey=good-1",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What is sent. place: which route's paths. arguments: None for no question mark."""

    place: int
    method: bytes = b"GET"
    path: bytes = b"x"
    arguments: tuple[bytes, ...] | None = None
    host: bytes = b"gate.test"
    absolute: bytes | None = None
    fields: tuple[Field, ...] = ()
    body: bytes | None = None
    chunked: bool = False

    @property
    def target(self) -> bytes:
        target = b"/p%02d/" % self.place + self.path
        if self.arguments is not None:
            target += b"?" + b"&".join(self.arguments)
        return target if self.absolute is None else b"http://" + self.absolute + target

    def bytes(self, case: bytes) -> bytes:
        lines = [self.method + b" " + self.target + b" HTTP/1.1", b"Host: " + self.host]
        lines += [name + b": " + value for name, value in (*self.fields, (b"X-Case", case))]
        body = self.body or b""
        if self.body is not None and self.chunked:
            lines.append(b"Transfer-Encoding: chunked")
            body = (b"%x\r\n%s\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
        elif self.body is not None:
            lines.append(b"Content-Length: %d" % len(body))
        return b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass(frozen=True)
class Seen:
    """A draft as nginx reads it. request is None when its path is refused: ``why`` says how.

    fields: the headers that reach plugins and the upstream, in order.
    """

    request: HttpRequest | None
    fields: tuple[tuple[str, str], ...] = ()
    why: str = ""


def is_name(name: bytes) -> bool:
    """Return whether nginx lets a header of this name through."""
    return _NAME.fullmatch(name) is not None


def seen(draft: Draft, port: int) -> Seen:
    """Return how nginx reads a draft that came to this port in the clear."""
    target, host = draft.target, draft.host
    if (absolute := _ABSOLUTE.fullmatch(target)) is not None:
        host, target = absolute[1], absolute[2]
    raw, question, args = target.partition(b"?")
    try:
        path = normal(raw)
    except ValueError as error:
        return Seen(None, why=str(error))
    fields = [
        (name.decode(), value.strip(b" ").decode("latin-1"))
        for name, value in draft.fields
        if is_name(name)
    ]
    extra = [("Host", draft.host.decode())]
    if draft.body is not None:
        extra.append(
            ("Transfer-Encoding", "chunked")
            if draft.chunked
            else ("Content-Length", str(len(draft.body)))
        )
    return Seen(
        HttpRequest(
            method=draft.method.decode(),
            host=host.split(b":")[0].decode().lower().removesuffix("."),
            port=port,
            path=path,
            args=args.decode("latin-1") if question else None,
            headers=Headers([*extra, *fields]),
            body=draft.body or b"",
        ),
        tuple(fields),
    )


@dataclass
class Drafts:
    """Where drafts come from."""

    random: Random
    places: int
    _steps: tuple[Callable[[Draft], Draft], ...] = field(init=False)
    _of_sessions: tuple[Callable[[Draft], Draft], ...] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = (
            self._field, self._field, self._credential, self._credential, self._double,
            self._spelling, self._dropped, self._arguments, self._arguments, self._cookies,
            self._cookies, self._method, self._host, self._path, self._identity, self._body,
            self._browser, self._moved, self._navigation,
        )  # fmt: skip
        self._of_sessions = (
            self._browser, self._browser, self._moved, self._navigation, self._navigation,
            self._path, self._method, self._arguments,
        )  # fmt: skip

    def fresh(self) -> Draft:
        """Return a draft for any route with some of everything."""
        draft = Draft(self.random.randrange(self.places))
        kind = self.random.random()
        if kind < 0.45:
            draft = self._welcome(draft)
        elif kind < 0.75:
            draft = self._browser(draft)
        for _ in range(self.random.randrange(4)):
            draft = self.step(draft)
        return draft

    def step(self, draft: Draft) -> Draft:
        """Return a draft that differs in one read or one spelling."""
        session = _session_of(draft) is not None and self.random.random() < 0.6
        return self.random.choice(self._of_sessions if session else self._steps)(draft)

    def _welcome(self, draft: Draft) -> Draft:
        good = self.random.choice(CREDENTIALS[:4])
        draft = _with(draft, b"Authorization", b"Bearer " + good)
        draft = _with(_with(draft, b"X-Key", good), b"Cookie", b"c=1; sid=" + good)
        return replace(draft, arguments=(b"key=" + good,))

    def _field(self, draft: Draft) -> Draft:
        name = self.random.choice([*VALUES])
        return _with(draft, name, self.random.choice(VALUES[name]))

    def _credential(self, draft: Draft) -> Draft:
        value = self.random.choice(CREDENTIALS)
        where = self.random.randrange(5)
        if where < 3:
            return _with(draft, b"Authorization", self.random.choice(SCHEMES) + value)
        if where == 3:
            return _with(draft, b"X-Key", value)
        plain = b"key=" + (value if value.isascii() and len(value) < 99 else b"bad-3")
        return replace(draft, arguments=(*(draft.arguments or ()), plain))

    def _double(self, draft: Draft) -> Draft:
        fields = [one for one in draft.fields if one[0].lower() != b"authorization"]
        if not fields:
            return draft
        name, value = self.random.choice(fields)
        again = self.random.choice([value, self.random.choice(VALUES.get(name, PLAIN))])
        return replace(draft, fields=(*draft.fields, (name, again)))

    def _spelling(self, draft: Draft) -> Draft:
        if not draft.fields:
            return draft
        at = self.random.randrange(len(draft.fields))
        name, value = draft.fields[at]
        respell = self.random.choice([
            bytes.upper, bytes.lower, bytes.title, bytes.swapcase,
            lambda one: one.replace(b"-", b"_"), lambda one: one.replace(b"-", b"."),
        ])  # fmt: skip
        return replace(
            draft, fields=(*draft.fields[:at], (respell(name), value), *draft.fields[at + 1 :])
        )

    def _dropped(self, draft: Draft) -> Draft:
        if not draft.fields:
            return replace(draft, arguments=None)
        at = self.random.randrange(len(draft.fields))
        return replace(draft, fields=draft.fields[:at] + draft.fields[at + 1 :])

    def _arguments(self, draft: Draft) -> Draft:
        count = self.random.choice([0, 1, 1, 1, 2, 2, 3])
        known = self.random.choice([TWINS, ARGUMENTS])
        pieces = tuple(self.random.choice(known) for _ in range(count))
        return replace(draft, arguments=pieces or self.random.choice([None, ()]))

    def _cookies(self, draft: Draft) -> Draft:
        fields = [one for one in draft.fields if one[0].lower() != b"cookie"]
        for _ in range(self.random.choice([0, 1, 1, 1, 2])):
            count = self.random.choice([1, 1, 2, 3])
            pieces = [self.random.choice(COOKIES) for _ in range(count)]
            glue = self.random.choice([b"; ", b";", b" ; "])
            fields.append((self.random.choice([b"Cookie", b"cookie"]), glue.join(pieces)))
        return replace(draft, fields=tuple(fields))

    def _browser(self, draft: Draft) -> Draft:
        """Send a session as browsers do, at times beside other cookies, at times for a page."""
        session = b"sid=" + self.random.choice((*CREDENTIALS[:3], CREDENTIALS[-1]))
        if self.random.random() < 0.7:
            session = _session_of(draft) or session
        others = self.random.sample([b"theme=dark", b"lang=en", b"ci_sid=1", b"x=flow_"], 2)
        if self.random.random() < 0.25:
            session += self.random.choice([b"; sid2=1", b"; sid2=2", b"; sid2=1; sid3=2"])
        pieces = self.random.choice([[session], [session], [session, *others], [*others, session]])
        odd = self.random.choice(COOKIES)
        if self.random.random() < 0.3:
            pieces = [*pieces, odd] if self.random.random() < 0.5 else [odd, *pieces]
        draft = _with(draft, b"Cookie", b"; ".join(pieces))
        if self.random.random() < 0.5:
            draft = _with(draft, b"Accept", VALUES[b"Accept"][0])
        return draft if self.random.random() < 0.2 else _without(draft, b"Authorization")

    def _moved(self, draft: Draft) -> Draft:
        """Send a cookie's text as Authorization instead, whole or without its first letter."""
        session = _session_of(draft)
        if session is None:
            return self._browser(draft)
        cut = self.random.choice([session, session[1:]])
        return _with(_without(draft, b"Cookie"), b"Authorization", cut)

    def _navigation(self, draft: Draft) -> Draft:
        name = self.random.choice([b"Accept", b"Sec-Fetch-Mode", b"X-Requested-With"])
        there = any(one[0] == name for one in draft.fields)
        return _without(draft, name) if there else _with(draft, name, VALUES[name][0])

    def _method(self, draft: Draft) -> Draft:
        return replace(draft, method=self.random.choice(METHODS))

    def _host(self, draft: Draft) -> Draft:
        host = self.random.choice(HOSTS)
        if self.random.random() < 0.3:
            return replace(draft, absolute=host)
        return replace(draft, host=host)

    def _path(self, draft: Draft) -> Draft:
        return replace(draft, path=self.random.choice(PATHS))

    def _identity(self, draft: Draft) -> Draft:
        return _with(draft, self.random.choice(IDENTITY), self.random.choice([b"evil", b""]))

    def _body(self, draft: Draft) -> Draft:
        method = draft.method if draft.method not in {b"GET", b"HEAD"} else b"POST"
        kinds = VALUES[b"Content-Type"]
        kind = self.random.choice([kinds[0], kinds[0], kinds[1], *kinds])
        body = self.random.choice([*FORM, *FORM, None])
        changed = replace(draft, method=method, body=body, chunked=self.random.random() < 0.3)
        return _with(changed, b"Content-Type", kind)


def _session_of(draft: Draft) -> bytes | None:
    """Return the session's cookie of a draft, name and value; None where it has none."""
    for name, value in draft.fields:
        if name == b"Cookie" and (found := _SESSION.search(value)) is not None:
            return found[1]
    return None


def _without(draft: Draft, name: bytes) -> Draft:
    return replace(
        draft, fields=tuple(one for one in draft.fields if one[0].lower() != name.lower())
    )


def _with(draft: Draft, name: bytes, value: bytes) -> Draft:
    return replace(draft, fields=(*_without(draft, name).fields, (name, value)))
