from gatepost.feed.needs import Keepers, Outcome, Publication, Use
from tests.providers.keepers import Kept
from tests.unit.feed.test_difference import OLD


def test_a_publication_has_the_hash_and_the_bytes_of_its_snapshot() -> None:
    made = Publication(3, OLD)
    assert (made.hash, made.data) == (OLD.hash, OLD.to_bytes())
    assert made.data is made.data
    assert "services" not in repr(made)


def test_a_token_that_is_no_good_names_no_plane() -> None:
    assert Use(Outcome.EXPIRED).plane == ""


def test_what_is_kept_in_memory_is_all_that_a_listener_needs() -> None:
    assert isinstance(Kept(float).keepers, Keepers)
