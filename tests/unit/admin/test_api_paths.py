from gatepost.admin.api_paths import add_all
from gatepost.admin.paths import Paths


def test_every_path_says_what_it_is_about() -> None:
    paths = Paths()
    add_all(paths)
    templates = [one.template for one in paths.all()]
    assert {"/", "/status", "/endpoints", "/tags/{tag}", "/openapi.json"} <= set(templates)
    assert all(one.about for one in paths.all())


def test_a_group_is_shown_with_its_members_and_written_like_the_others() -> None:
    paths = Paths()
    add_all(paths)
    found = paths.find(["consumer_groups", "x"])
    assert found is not None
    assert set(found[0].methods) == {"GET", "PUT", "PATCH", "DELETE"}
    assert found[0].methods["GET"].__name__ == "show_group"
