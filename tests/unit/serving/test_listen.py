import socket

import pytest

from gatepost.serving import listen
from gatepost.values import Address
from tests.ports import free_port


@pytest.mark.parametrize("host", ["127.0.0.1", "LocalHost", "::1"])
def test_it_listens_and_answers_do_not_wait_for_acknowledgements(host: str) -> None:
    with listen(Address(host, 0)) as listener, socket.create_connection(listener.getsockname()[:2]):
        taken, _ = listener.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_somebody_has_is_not_taken_from_them() -> None:
    address = Address("127.0.0.1", free_port())
    with listen(address), pytest.raises(OSError, match="in use"):
        listen(address)
