"""A database of each kind for the tests here."""

from tests.databases import *  # noqa: F403 - its fixtures
