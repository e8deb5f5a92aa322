from gatepost.plugins.openid_connect.told_checks import Checks, failed
from gatepost.values import By, Fault


def test_a_finding_says_what_and_what_to_do() -> None:
    checks = Checks()
    bad = checks.bad("keys", "None.", "Publish some.").shown()
    assert bad.pop("seconds") >= 0  # type: ignore[operator]
    assert bad == {"what": "keys", "ok": False, "says": "None.", "do": "Publish some."}
    assert (checks.good("a", "b").ok, checks.skipped("a", "b").ok) == (True, None)


def test_a_fault_is_told_with_its_cause() -> None:
    assert failed(Fault("a.b", "Bad.", by=By.OURS)) == "Bad."
    assert failed(Fault("a.b", "Bad.", by=By.OURS, cause="c")) == "Bad. (c)"
