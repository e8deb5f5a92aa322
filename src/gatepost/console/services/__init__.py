"""What the console knows of services: packages, versions, what implements them, routes to it.

Owns: in which order things are made, taken away and put back; reading OpenAPI; the fields of
services and routes; the cards about them, which several pages have.
Refuses to know: the frame, and how the Admin API is reached.
Neighbours: parts and view below; pages above.
"""

__all__: list[str] = []
