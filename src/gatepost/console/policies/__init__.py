"""What the console knows of policies: Kong's plugins, their schemas, and what people want of them.

Owns: reading a schema of the Admin API, goals and the configurations they come to, a policy as
text, what a policy reaches; and the inputs that are drawn from a schema.
Refuses to know: the plugins themselves; what it shows of one comes from its schema.
Neighbours: parts and view below; pages above.
"""

__all__: list[str] = []
