"""``python -m tests.integration.plugged``: gatepost, whose children find plugins on PYTHONPATH too.

Plugins of third parties are installed beside gatepost; a test has nowhere to install its own.
"""

from gatepost.cli import main, node_settings

node_settings._PASSED += ("PYTHONPATH",)  # type: ignore[assignment]

if __name__ == "__main__":
    main()
