"""What the configuration adds to a call: fixed values, and values copied from the request."""

from collections.abc import Sequence

from gatepost.oidc import Extra
from gatepost.plugin.attribute import Attribute, bit, query
from gatepost.plugin.request import Request
from gatepost.plugins.openid_connect.body import parameter
from gatepost.plugins.openid_connect.header_names import is_name, written

Pairs = tuple[tuple[str, str], ...]


class Copied:
    """Extra headers and form arguments of one endpoint.

    headers, args: fixed pairs. from_headers: headers copied as headers. args_from_headers:
    headers copied into the form. from_args: arguments copied into the form from the query, else
    the body, else (``also_headers``) the header of that name.
    """

    def __init__(
        self,
        *,
        headers: Pairs = (),
        args: Pairs = (),
        from_headers: Sequence[str] = (),
        args_from_headers: Sequence[str] = (),
        from_args: Sequence[str] = (),
        also_headers: bool = False,
    ) -> None:
        self._headers, self._args = headers, args
        self._from_headers = tuple(from_headers)
        self._args_from_headers = tuple(args_from_headers)
        self._from_args = tuple(from_args)
        self._also_headers = also_headers

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """What ``of`` reads from a request."""
        names = [*self._from_headers, *self._args_from_headers]
        if self._also_headers:
            names += [name for name in self._from_args if is_name(name)]
        found = [Attribute("headers", written(name).lower()) for name in names]
        found += [query(name) for name in self._from_args]
        return (*found, bit("body")) if self._from_args else tuple(found)

    def of(self, request: Request) -> Extra:
        """Return what this request's call carries."""
        headers, args = list(self._headers), list(self._args)
        for name in self._from_headers:
            headers += [(name, value) for value in request.header(written(name))]
        for name in self._args_from_headers:
            args += [(name, value) for value in request.header(written(name))]
        for name in self._from_args:
            args += [(name, value) for value in self._argument(request, name)]
        return Extra(tuple(args), tuple(headers))

    def _argument(self, request: Request, name: str) -> tuple[str, ...]:
        values = request.query(name)
        if values:
            return values
        value = parameter(request, name)
        if value is not None:
            return (value,)
        return request.header(written(name)) if self._also_headers and is_name(name) else ()


def paired(names: Sequence[str] | None, values: Sequence[str] | None) -> Pairs:
    """Return two lists of equal length as pairs."""
    return tuple(zip(names or (), values or (), strict=True))
