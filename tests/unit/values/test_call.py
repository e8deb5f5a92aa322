from gatepost.values import Call, Headers, Transport


def test_a_call_prints_neither_headers_nor_body_nor_proxy_passwords() -> None:
    call = Call(
        "POST",
        "https://id.example/token",
        Headers([("Authorization", "Basic c2VjcmV0")]),
        b"client_secret=hush-hush",
        transport=Transport(https_proxy_authorization="Basic aHVzaA=="),
    )
    shown = repr(call)
    assert "https://id.example/token" in shown
    for secret in ("c2VjcmV0", "hush-hush", "aHVzaA"):
        assert secret not in shown


def test_calls_with_the_same_parts_are_the_same() -> None:
    first = Call("GET", "https://a", Headers([("Accept", "x")]))
    assert first == Call("GET", "https://a", Headers([("accept", "x")]))
    assert first != Call("GET", "https://a", Headers([("accept", "y")]))
    assert first != Call("GET", "https://a", transport=Transport(ssl_verify=False))


def test_without_a_word_a_call_is_bounded_and_verified() -> None:
    transport = Call("GET", "https://a").transport
    assert (transport.timeout, transport.limit, transport.ssl_verify) == (10.0, 1 << 20, True)
