from gatepost.values import By, Fault


def test_a_fault_is_written_with_its_code_and_its_cause() -> None:
    assert str(Fault("key.stale", "Old.", by=By.PROVIDER)) == "key.stale: Old."
    fault = Fault("key.stale", "Old.", by=By.PROVIDER, cause="HTTP 500", retry_after=3)
    assert str(fault) == "key.stale: Old. (HTTP 500)"
    assert (fault.by, fault.retry_after) == (By.PROVIDER, 3)


def test_a_person_is_told_the_message_without_the_cause() -> None:
    fault = Fault("key.stale", "Old.", by=By.OURS, cause="line 7")
    assert (fault.message, fault.args) == ("Old.", ("Old.",))
