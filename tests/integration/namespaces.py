"""Machines of a test's own: network namespaces that are joined by two switches and nothing else.

The switches stand in a namespace too, so nothing of this is seen on the machine's own networks.
``front`` is where traffic goes, ``back`` where nodes meet their control plane.
"""

import contextlib
import ctypes
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

NETS = {"front": "10.77.1", "back": "10.77.2"}
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def missing() -> str | None:
    """Return why there can be no namespaces here; None when there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for tool in ("ip", "tc", "nsenter"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed (iproute2, util-linux)"
    probe = f"gp-{secrets.token_hex(4)}-probe"
    made = _run("ip", "netns", "add", probe, check=False)
    if made.returncode:
        return f"namespaces cannot be made here: {made.stderr.strip()}"
    tried = ("link add name a type veth peer name b", "link add name c type bridge")
    links = [_run("ip", "-n", probe, *words.split(), check=False) for words in tried]
    _run("ip", "netns", "del", probe)
    failed = [one.stderr.strip() for one in links if one.returncode]
    return f"the kernel has no veth or no bridge: {failed[0]}" if failed else None


class Namespaces:
    """machines: names, each of which gets an address on both networks, in this order from .1 on."""

    def __init__(self, machines: Sequence[str]) -> None:
        self.own = f"gp-{secrets.token_hex(4)}"
        self.machines = list(machines)
        self._made: list[str] = []

    def __enter__(self) -> "Namespaces":
        try:
            for name in ("switch", *self.machines):
                _run("ip", "netns", "add", f"{self.own}-{name}")
                self._made.append(name)
                self._ip(name, "link set lo up")
            for net in NETS:
                self._ip("switch", f"link add {net} type bridge")
                self._ip("switch", f"link set {net} up")
            for name in self.machines:
                for net in NETS:
                    self._plug(name, net)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was made, and with it every link; by name, and nothing else."""
        for name in reversed(self._made):
            _run("ip", "netns", "del", f"{self.own}-{name}", check=False)
        self._made.clear()

    def address(self, machine: str, net: str) -> str:
        """Return a machine's address on one of the networks."""
        return f"{NETS[net]}.{self.machines.index(machine) + 1}"

    def command(self, machine: str, *words: str) -> list[str]:
        """Return a command as it is run on a machine; its process is the command's own."""
        return ["nsenter", f"--net={self._file(machine)}", *words]

    @contextlib.contextmanager
    def on(self, machine: str) -> Iterator[None]:
        """Be on a machine with this thread: sockets that are made meanwhile are there."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        there = os.open(self._file(machine), os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(there)
            try:
                yield
            finally:
                _enter(home)
        finally:
            os.close(there)
            os.close(home)

    def cut(self, machine: str, net: str) -> None:
        """Pull a machine's cable."""
        self._ip("switch", f"link set {_port(machine, net)} down")

    def join(self, machine: str, net: str) -> None:
        """Put it back."""
        self._ip("switch", f"link set {_port(machine, net)} up")

    def slow(self, machine: str, net: str, *, rate: str) -> None:
        """Let no more than this come to a machine; of what is too much, little waits."""
        shape = f"tbf rate {rate} burst 16kb limit 48kb"
        self._tc(f"qdisc replace dev {_port(machine, net)} root {shape}")

    def far(self, machine: str, net: str, *, delay: str) -> str | None:
        """Delay what comes to a machine; return why that cannot be, None when it is."""
        done = self._tc(
            f"qdisc replace dev {_port(machine, net)} root netem delay {delay}", check=False
        )
        return done.stderr.strip() if done.returncode else None

    def quick(self, machine: str, net: str) -> None:
        """Shape nothing any more."""
        self._tc(f"qdisc del dev {_port(machine, net)} root", check=False)

    # -- inside

    def _plug(self, name: str, net: str) -> None:
        port, own = _port(name, net), f"{self.own}-{name}"
        self._ip("switch", f"link add {port} type veth peer name {net} netns {own}")
        self._ip("switch", f"link set {port} master {net} up")
        self._ip(name, f"addr add {self.address(name, net)}/24 dev {net}")
        self._ip(name, f"link set {net} up")

    def _ip(self, machine: str, words: str) -> None:
        _run("ip", "-n", f"{self.own}-{machine}", *words.split())

    def _tc(self, words: str, *, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return _run("tc", "-n", f"{self.own}-switch", *words.split(), check=check)

    def _file(self, machine: str) -> Path:
        return Path("/run/netns") / f"{self.own}-{machine}"


def _port(machine: str, net: str) -> str:
    return f"{machine}-{net}"


def _enter(handle: int) -> None:
    if _libc.setns(handle, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "a namespace cannot be entered")


def _run(*words: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=30)
    assert not check or done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done
