"""``python -m tests.integration.impatient``: gatepost that gives a silent feed up after 2 s.

What is slow must not pass for what is silent; so that a test sees it in seconds.
"""

from gatepost.cli import main
from gatepost.feed.patience import Patience

SILENCE = 2.0

given = Patience.__init__.__defaults__ or ()
names = list(Patience.__dataclass_fields__)
changed = {"ping": SILENCE / 4, "silence": SILENCE}
Patience.__init__.__defaults__ = tuple(
    changed.get(name, value) for name, value in zip(names, given, strict=True)
)

if __name__ == "__main__":
    main()
