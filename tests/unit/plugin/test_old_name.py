from gatepost.plugin.old_name import OldName


def test_an_old_name_without_a_path_is_gone() -> None:
    assert OldName("renew").path == ()
    assert OldName("claim", ("claims",), single=True).single
