import pytest

from gatepost.console.telling.lines import Diagram, Line, diagram
from gatepost.console.telling.told import read
from tests.unit.console.telling.stories import HOSTILE, STORIES, story, trace


def of(name: str) -> Diagram:
    return diagram(read(story(name)))


def told(shown: Diagram) -> list[str]:
    return [f"{shown.sentence(line)} {line.words}" for line in shown.lines]


def test_nobody_asks_where_nothing_came() -> None:
    assert told(of("no token")) == [
        "Caller to Gateway: GET /jwt",
        "Gateway: Looked for a token that is a JWT (bearer): none.",
        "Gateway: No credential was sent: no token, password or session that this route takes.",
        "Gateway to Caller: 401 Unauthorized",
    ]


def test_a_good_token_goes_from_the_caller_to_the_api_and_back() -> None:
    shown = of("accepted")
    names = [one.name for one in shown.participants]
    assert names == ["Caller", "Gateway", "Identity provider", "API"]
    assert [one.about for one in shown.participants][2:] == ["idp.example", "api"]
    assert told(shown) == [
        "Caller to Gateway: GET /jwt",
        "Gateway to Identity provider: What are your addresses? (discovery)",
        "Identity provider to Gateway: answer",
        "Gateway to Identity provider: Which keys do you sign with? (JWKS)",
        "Identity provider to Gateway: answer",
        "Gateway: Accepted a token that is a JWT (bearer).",
        "Gateway to API: GET /",
        "Gateway to Caller: the API's answer",
    ]


def test_what_the_provider_says_comes_after_the_question_and_its_time_is_told() -> None:
    shown = of("accepted")
    question, answer = shown.lines[1:3]
    assert question.at is not None
    assert answer.at is not None
    assert question.at < answer.at
    assert answer.took.endswith("ms")
    assert question.more == "GET …/openid-configuration"


@pytest.mark.parametrize("name", STORIES)
def test_every_story_begins_and_ends_at_the_caller_and_goes_on_in_time(name: str) -> None:
    shown = of(name)
    assert (shown.lines[0].source, shown.lines[0].target) == ("client", "gateway")
    assert (shown.lines[-1].source, shown.lines[-1].target) == ("gateway", "client")
    times = [line.at for line in shown.lines if line.at is not None]
    assert times == sorted(times)
    keys = [one.key for one in shown.participants]
    assert {key for line in shown.lines for key in (line.source, line.target)} == set(keys)
    bad = any(line.tone == "bad" for line in shown.lines)
    assert bad == (STORIES[name]["outcome"] == "refused")


def test_a_provider_that_is_away_says_why_there_is_no_answer() -> None:
    shown = of("provider away")
    (answer,) = [one for one in shown.lines if one.kind == "answer" and one.target == "gateway"]
    assert (answer.tone, answer.more) == ("bad", "provider.unreachable")
    assert answer.words == "The identity provider could not be reached."


def test_what_was_known_already_is_a_note_and_no_call() -> None:
    shown = of("client credentials")
    assert "Gateway: The provider's addresses were known already." in told(shown)
    assert (
        told(shown).count("Gateway to Identity provider: What are your addresses? (discovery)") == 1
    )


def test_what_was_remembered_asks_nobody() -> None:
    shown = diagram(read(trace("accepted", memory="level1", status=200)))
    assert told(shown) == [
        "Caller to Gateway: GET /x",
        "Gateway: Remembered: the worker process had decided this before.",
        "Gateway to API: The request goes on",
        "API to Gateway: answer",
        "Gateway to Caller: 200",
    ]
    assert shown.lines[-1].at == 20.0


def test_a_login_sends_the_browser_elsewhere() -> None:
    assert told(of("login"))[-2:] == [
        "Gateway: A login begins: the browser goes to the provider.",
        "Gateway to Caller: 302 go there instead",
    ]


def test_two_providers_are_two_participants() -> None:
    made = trace("accepted")
    made["steps"][0]["url"] = "https://other.example/.well-known/openid-configuration"
    shown = diagram(read(made))
    providers = [one.about for one in shown.participants if one.name == "Identity provider"]
    assert providers == ["other.example", "idp.example"]


def test_names_from_outside_stay_as_they_are() -> None:
    made = trace("no token", path=HOSTILE, message=HOSTILE)
    made["steps"][0] |= {"what": HOSTILE, "plugin": HOSTILE}
    shown = diagram(read(made))
    assert isinstance(shown.lines[0], Line)
    assert HOSTILE in shown.lines[0].words
    assert any(HOSTILE[1:20] in line.words for line in shown.lines[1:])
