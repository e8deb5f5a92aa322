import re

from gatepost.node import binaries
from tests.unit.deploy.settings import DEPLOY, ROOT

# One instruction a line, without comments.
INSTRUCTIONS = re.sub(
    r"\\\n\s*", "", re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
).splitlines()


def of(kind: str) -> list[str]:
    """Return what stands behind each instruction of a kind."""
    return [line.split(" ", 1)[1] for line in INSTRUCTIONS if line.startswith(f"{kind} ")]


def copied() -> list[str]:
    """Return the sources that are copied from this tree."""
    own = [line for line in of("COPY") if "--from=" not in line]
    return [word for line in own for word in line.split()[:-1] if not word.startswith("--")]


def test_everything_that_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in sent if line.startswith("!")]
    for source in copied():
        assert (ROOT / source).exists(), source
        assert any(source == one or source.startswith(f"{one}/") for one in allowed), source
    assert all((ROOT / one).exists() for one in allowed)


def test_the_image_is_debian_12_and_fetches_from_no_address() -> None:
    assert [line.split()[0] for line in of("FROM")] == ["debian:12-slim"] * 2
    assert "://" not in " ".join(of("RUN") + of("COPY") + of("FROM"))


def test_the_user_is_not_root() -> None:
    (user,) = of("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    last = max(i for i, line in enumerate(INSTRUCTIONS) if line.startswith("USER "))
    assert not [line for line in INSTRUCTIONS[last:] if line.startswith(("RUN ", "COPY "))]


def test_python_packages_come_by_their_hashes() -> None:
    fetching = [line for line in of("RUN") if "pip install" in line]
    assert fetching
    for line in fetching:
        for command in re.findall(r"pip install[^&]*", line):
            assert "--require-hashes" in command or "--no-index" in command, command


def test_the_engine_is_what_doctor_asks_for() -> None:
    wanted = binaries._INSTALL.split("apt-get install ")[1].split()
    assert set(wanted) <= set(of("RUN")[-1].split())


def test_it_says_when_it_is_ready() -> None:
    (check,) = of("HEALTHCHECK")
    assert "/status/ready" in check
    assert "gatepost-ready" in check
