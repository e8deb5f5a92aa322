"""What a person's browser meets: authorization, sign-in, consent, logout, and their pages.

Owns: the authorization endpoint and its answers, single sign-on, RP-initiated logout, all HTML.
Refuses to know: how tokens are made, and who manages; no page asks for anything from elsewhere.
Neighbours: ``endpoints`` (the world) below; ``app``, which finds its endpoints by path.
"""

__all__: list[str] = []
