from gatepost.admin.entity_paths import add_entities
from gatepost.admin.paths import Paths


def test_the_paths_of_entities_are_grown_in_both_directions() -> None:
    paths = Paths()
    add_entities(paths)
    methods = {one.template: set(one.methods) for one in paths.all()}
    entity = {"GET", "PUT", "PATCH", "DELETE"}
    for template, wanted in (
        ("/services", {"GET", "POST"}),
        ("/services/{services}", entity),
        ("/services/{services}/routes", {"GET", "POST"}),
        ("/services/{services}/routes/{routes}", entity),
        ("/routes/{routes}/service", entity),
        ("/consumers/{consumers}/key-auth/{keyauth_credentials}", entity),
        ("/key-auths/{keyauth_credentials}/consumer", entity),
        ("/key-sets/{key_sets}/keys", {"GET", "POST"}),
        ("/upstreams/{upstreams}/targets/{targets}", entity),
        ("/certificates/{certificates}/snis", {"GET", "POST"}),
    ):
        assert methods[template] == wanted
    assert not any("consumer_group_consumers" in template for template in methods)
    assert "/ca_certificates/{ca_certificates}/services" not in methods
