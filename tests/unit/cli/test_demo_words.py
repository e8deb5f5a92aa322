import re
import subprocess
from pathlib import Path

from gatepost.cli.demo_words import IN_SYNC, words


def test_every_item_has_a_number_and_commands_are_whole_shell() -> None:
    text = words(Path("examples/demo/kong.yaml"))
    assert re.findall(r"^ +(\d+)\. ", text, re.MULTILINE) == [str(n) for n in range(1, 13)]
    assert "{" not in re.sub(r"print\(json.*?\)", "", text).replace(IN_SYNC, "")
    typed = re.findall(r"^ {5}((?:curl|until|[A-Z]+=)(?:.*\\\n)*.*)$", text, re.MULTILINE)
    assert len(typed) > 20
    done = subprocess.run(["bash", "-n"], input="\n".join(typed), text=True, check=False)
    assert done.returncode == 0


def test_the_file_with_the_routes_is_named() -> None:
    assert "/somewhere/kong.yaml" in words(Path("/somewhere/kong.yaml"))
