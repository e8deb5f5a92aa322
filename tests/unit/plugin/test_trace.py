from gatepost.plugin import Trace


def test_steps_have_times_and_texts_are_made_harmless() -> None:
    now = iter([1.0, 1.25])
    trace = Trace(monotonic=lambda: next(now))
    trace.add("said", {"text": "a\x1b[31m\n" + "x" * 500, "number": 1, "none": None})
    (step,) = trace.steps
    assert step.at == 250.0
    text = step.details["text"]
    assert isinstance(text, str)
    assert text.isprintable()
    assert len(text) < 220
    assert (step.details["number"], step.details["none"]) == (1, None)


def test_a_trace_that_is_off_keeps_nothing() -> None:
    trace = Trace(on=False)
    trace.add("said", {})
    assert trace.steps == []
