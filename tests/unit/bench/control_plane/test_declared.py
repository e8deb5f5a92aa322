from collections import Counter

import pytest

from bench.control_plane.declared import POLICIES, configuration, entities
from gatepost.store.kong_yaml import read


@pytest.mark.parametrize("routes", [1, 10, 1234])
def test_it_is_a_configuration_with_as_many_routes_as_were_asked_for(routes: int) -> None:
    found = read(configuration(routes, upstream="http://up.test", issuer="http://i.test").encode())
    assert len(found.routes) == routes
    assert len(found.routes) + len(found.services) + len(found.plugins) == entities(routes)
    assert {route.paths[0] for route in found.routes} == {f"/r{n}" for n in range(routes)}


def test_policies_differ_but_not_all_of_them() -> None:
    found = read(configuration(2000, upstream="http://up.test", issuer="http://i.test").encode())
    kinds = Counter(str(plugin.config) for plugin in found.plugins)
    assert (len(kinds), set(kinds.values())) == (POLICIES, {2})
