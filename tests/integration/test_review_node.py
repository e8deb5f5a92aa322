"""Holes that a hostile reading of the node found, each closed and kept closed."""

import pytest

from tests.integration.world import World

pytestmark = pytest.mark.integration

MAPPED = """
_format_version: "3.0"
services:
  - name: api
    url: $ECHO
    routes:
      - name: mapped
        paths: [/mapped]
        plugins:
          - name: openid-connect
            config:
              issuer: $ISSUER
              client_id: [gateway]
              client_secret: [gateway-secret]
              auth_methods: [introspection]
              consumer_claim: [client_id]
              consumer_by: [username]
"""
# A regular expression that Python takes and nginx does not, so that nginx refuses the tables.
REFUSED = MAPPED + '      - {name: bad, paths: ["~/bad/(?a:x)"]}\n'
CONSUMER = "consumers:\n  - username: tutorial-opaque\n"


def test_a_configuration_that_nginx_refuses_brings_no_consumer_with_it() -> None:
    with World.start(MAPPED) as world:
        assert world.get("/mapped/get", world.token()).status == 403
        world.write(REFUSED + CONSUMER)
        world.until(
            lambda: world.status.get("/status").json()["configuration"]["problem"] is not None,
            "the bad file is noticed",
        )
        assert world.get("/mapped/get", world.token()).status == 403
        world.change(MAPPED + CONSUMER)
        assert world.get("/mapped/get", world.token()).status == 200
