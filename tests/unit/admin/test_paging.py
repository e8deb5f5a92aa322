import pytest

from gatepost.admin.paging import (
    Wanted,
    decoded,
    page,
    read_offset,
    read_size,
    read_tags,
    read_wanted,
    written_offset,
)
from gatepost.admin.problem import Refused

ID = "01234567-89ab-cdef-0123-456789abcdef"


def test_the_next_page_keeps_size_and_tags() -> None:
    wanted = read_wanted({"size": "2", "tags": "a,b", "other": "x"})
    assert wanted.size == 2
    assert (wanted.tags, wanted.any_tag) == (("a", "b"), False)
    answer = page([1, 2], ID, "/services", wanted)
    assert (
        answer["next"]
        == f"/services?offset={answer['offset'].replace('=', '%3D')}&size=2&tags=a%2Cb"
    )
    assert read_offset(answer["offset"]) == ID


def test_the_last_page_has_no_offset() -> None:
    assert page([], None, "/services", Wanted()) == {"data": [], "next": None}


@pytest.mark.parametrize("text", ["0", "1001", "-1", "1.5", "nan", "inf", "x", "", "9" * 50])
def test_a_bad_size_is_code_nine(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_size(text)
    assert caught.value.body["code"] == 9


def test_the_size_is_a_hundred_unless_somebody_says() -> None:
    assert (read_size(None), read_size("1000"), read_size("1")) == (100, 1000, 1)


@pytest.mark.parametrize("text", ["x", "!", "ä", written_offset("not an id"), written_offset("\0")])
def test_a_bad_offset_is_code_seven(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_offset(text)
    assert caught.value.body["code"] == 7


def test_an_offset_may_hold_anything_where_ids_are_not_enough() -> None:
    assert decoded(written_offset("tag/services/x")) == "tag/services/x"


def test_commas_mean_all_and_slashes_any() -> None:
    assert read_tags(None) == ((), False)
    assert read_tags("a") == (("a",), False)
    assert read_tags("a,b") == (("a", "b"), False)
    assert read_tags("a/b") == (("a", "b"), True)
    assert read_tags("ä b,c:d") == (("ä b", "c:d"), False)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b/c", "invalid filter syntax"),
        ("", "invalid filter syntax"),
        (",a", "invalid filter syntax"),
        ("a\0", "invalid filter syntax"),
        ("a,b,c,d,e,f", "cannot query more than 5 tags"),
    ],
)
def test_bad_tags_are_code_eleven(text: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        read_tags(text)
    assert caught.value.body["code"] == 11
    assert caught.value.body["options"] == {"tags": why}
