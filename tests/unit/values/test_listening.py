import errno

from gatepost.values import Address
from gatepost.values.listening import cannot_listen

FREE = Address("127.0.0.1", 8001)


def test_an_address_that_is_taken_says_so_and_what_to_do() -> None:
    fault = cannot_listen("admin", FREE, OSError(errno.EADDRINUSE, "Address already in use"))
    assert fault.code == "listen.taken"
    assert fault.message == (
        "admin cannot listen on 127.0.0.1:8001: it is in use. "
        "Stop what has it, or give another address with --admin."
    )


def test_an_address_that_is_not_ours_is_not_told_as_taken() -> None:
    fault = cannot_listen("status", FREE, OSError(errno.EADDRNOTAVAIL, "Cannot assign address"))
    assert "Cannot assign address. Give another address with --status." in fault.message
    assert "Stop" not in fault.message
