import pytest

from gatepost.store.kong_yaml import KongYamlError, Problem, Reuse, read

TEXT = """
_format_version: "3.0"
services:
- {name: a, url: "http://127.0.0.1:1"}
routes:
- {name: r, paths: [/r], service: a}
plugins:
- {name: thing, service: a, config: {number: 1}}
"""


def messages(text: str, reuse: Reuse) -> list[str]:
    with pytest.raises(KongYamlError) as caught:
        read(text, reuse=reuse)
    return [str(problem) for problem in caught.value.problems]


def test_what_did_not_change_is_the_same_entity() -> None:
    reuse = Reuse()
    first = read(TEXT, reuse=reuse)
    second = read(TEXT + "consumers: [{username: new}]\n", reuse=reuse)
    assert second.routes[0] is first.routes[0]
    assert second.services[0] is first.services[0]
    assert second.plugins[0] is first.plugins[0]
    assert second.to_bytes() == read(TEXT + "consumers: [{username: new}]\n").to_bytes()


def test_a_route_whose_service_is_gone_is_a_mistake_though_it_reads_as_before() -> None:
    reuse = Reuse()
    read(TEXT, reuse=reuse)
    gone = TEXT.replace('- {name: a, url: "http://127.0.0.1:1"}', "- {name: b, host: b.example}")
    assert messages(gone, reuse) == messages(gone, Reuse())
    read(TEXT, reuse=reuse)


def test_a_reference_by_id_that_leads_nowhere_now_is_a_mistake() -> None:
    ident = "11111111-1111-4111-8111-111111111111"
    text = TEXT.replace("{name: a,", f"{{id: {ident}, name: a,").replace(
        "service: a", f"service: {ident}"
    )
    reuse = Reuse()
    read(text, reuse=reuse)
    gone = text.replace(ident, ident.replace("1", "2"), 1)
    assert any("no entry of services" in found for found in messages(gone, reuse))


def test_a_vault_reference_whose_vault_is_gone_is_a_mistake() -> None:
    text = TEXT.replace("number: 1", 'text: "{vault://mine/x}"')
    reuse = Reuse()
    read(text + "vaults: [{name: env, prefix: mine, config: {prefix: m_}}]\n", reuse=reuse)
    assert any("no vault has the prefix" in found for found in messages(text, reuse))


def test_an_entry_that_stands_twice_now_is_a_mistake() -> None:
    reuse = Reuse()
    read(TEXT, reuse=reuse)
    twice = TEXT + "- {name: thing, service: a, config: {number: 1}}\n"
    assert messages(twice, reuse) == messages(twice, Reuse())


@pytest.mark.parametrize(("right", "wrong"), [("1", "true"), ("1", "1.0"), ("0", "false")])
def test_what_only_compares_equal_is_validated(right: str, wrong: str) -> None:
    reuse = Reuse()
    text = TEXT.replace('"http://127.0.0.1:1"', '"http://127.0.0.1:1", retries: ')
    read(text.replace("retries: ", f"retries: {right}"), reuse=reuse)
    bad = text.replace("retries: ", f"retries: {wrong}")
    assert any("retries" in found for found in messages(bad, reuse))


def test_a_plugin_is_judged_again_by_another_judge_and_when_it_changes() -> None:
    judged: list[object] = []

    def judge(name: str, config: dict[str, object]) -> list[Problem]:
        judged.append(config["number"])
        return [Problem("number", "too large")] if config["number"] == 2 else []

    reuse = Reuse()
    read(TEXT, reuse=reuse)
    read(TEXT, judge, reuse)
    read(TEXT, judge, reuse)
    assert judged == [1]
    changed = TEXT.replace("number: 1", "number: 2")
    for _ in range(2):  # what was wrong is never known as good
        with pytest.raises(KongYamlError):
            read(changed, judge, reuse)
    assert judged == [1, 2, 2]
    read(TEXT, judge, reuse)
    assert judged == [1, 2, 2]  # a bad file between does not cost what was known


def test_a_good_file_leaves_only_its_own_entities_behind() -> None:
    reuse = Reuse()
    first = read(TEXT, reuse=reuse)
    read('_format_version: "3.0"\n', reuse=reuse)
    assert read(TEXT, reuse=reuse).routes[0] is not first.routes[0]
