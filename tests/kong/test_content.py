from pathlib import Path

import pytest

from tests.kong.content import BadFile, check_version, parse, read, render, select_tags


def test_environment_variables_stand_for_their_values() -> None:
    known = {"DECK_HOST": "a.test", "DECK_PORT": "81", "DECK_ON": "T"}
    assert render('host: ${{ env "DECK_HOST" }}', known) == "host: a.test"
    assert render('port: ${{ env "DECK_PORT" | toInt }}', known) == "port: 81"
    assert render('on: ${{ toBool (env "DECK_ON") }}', known) == "on: true"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('${{ env "HOME" }}', "must be prefixed"),
        ('${{ env "DECK_NOT_SET" }}', "not set"),
        ("${{ something }}", "not understood"),
        ('${{ env "DECK_X" | toBool }}', "not for this value"),
    ],
)
def test_a_template_that_deck_would_not_render_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadFile, match=why):
        render(text, {"DECK_X": "perhaps"})


def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(BadFile, match="servces"):
        parse("_format_version: '3.0'\nservces: []\n")


def test_a_version_that_is_a_number_is_refused() -> None:
    with pytest.raises(BadFile, match="expected a string"):
        parse("_format_version: 3.0\n")


def test_defaults_must_not_name_anything() -> None:
    with pytest.raises(BadFile, match="restricted"):
        parse("_info: {defaults: {service: {name: x}}}\n")


def test_files_are_merged_list_by_list(tmp_path: Path) -> None:
    one, two = tmp_path / "1.yaml", tmp_path / "2.yaml"
    one.write_text("_format_version: '3.0'\nservices: [{name: a}]\n")
    two.write_text("_format_version: '3.0'\nservices: [{name: b}]\nroutes: [{name: r}]\n")
    merged = read([one, two])
    assert [service["name"] for service in merged["services"]] == ["a", "b"]
    assert merged["routes"] == [{"name": "r"}]


def test_an_older_format_is_not_applied_to_a_newer_server() -> None:
    with pytest.raises(BadFile, match=r"1\.1"):
        check_version({"_format_version": "1.1"}, (3, 0, 0))
    check_version({"_format_version": "1.1"}, (2, 8, 1))
    check_version({"_format_version": "3.0"}, (3, 10, 0))


def test_tags_of_the_file_and_of_the_command_must_be_the_same() -> None:
    content = {"_info": {"select_tags": ["b", "a"]}}
    assert select_tags(content, ["a", "b"]) == ["b", "a"]
    assert select_tags({}, ["x", "x"]) == ["x"]
    with pytest.raises(BadFile, match="different"):
        select_tags(content, ["c"])
