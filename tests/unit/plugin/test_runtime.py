from gatepost.plugin import Runtime
from gatepost.plugin.testkit import FakeRuntime


def test_the_test_kits_runtime_is_one() -> None:
    runtime: Runtime = FakeRuntime()
    members = [name for name in vars(Runtime) if not name.startswith("_")]
    assert members
    assert all(hasattr(runtime, name) for name in members)
