"""A file that was saved earlier, or that another tool wrote, read as a collection.

Whatever stands in it was written by somebody: it is taken as texts, nothing in it is run.
"""

import json

from gatepost.console.collection import reading_insomnia, reading_postman
from gatepost.console.collection.saved import Collection
from gatepost.console.collection.told import a_text, an_object

LIMIT = 2 * 1024 * 1024
"""Characters of a file."""


class NotOurs(Exception):
    """The file is none that can be opened. message: why, for the person who opened it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read(content: str) -> Collection:
    """Return the collection in a file of Insomnia (version 4) or Postman (2.1). Raises NotOurs."""
    if len(content) > LIMIT:
        raise NotOurs("This file is larger than 2 MiB.")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise NotOurs("This is no JSON. Export the collection as JSON.") from None
    whole = an_object(value)
    if whole.get("_type") == "export" and whole.get("__export_format") == 4:
        return reading_insomnia.collection(whole)
    if "/v2.1." in a_text(an_object(whole.get("info")).get("schema")):
        return reading_postman.collection(whole)
    raise NotOurs(
        "This is neither an export of Insomnia (version 4) nor a collection of Postman (version "
        "2.1). Choose one of these formats where you export it."
    )
