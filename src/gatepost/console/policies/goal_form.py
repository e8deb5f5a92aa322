"""The beginning of a policy of ``openid-connect``: what somebody wants, in a few questions."""

from typing import Any, final

from nicegui import ui

from gatepost.console.parts import (
    Field,
    Form,
    action,
    badge,
    card,
    heading,
    icon_button,
    only_for,
    prose,
    row,
    text,
)
from gatepost.console.policies.draft import Draft, plain
from gatepost.console.policies.editor import Editor
from gatepost.console.policies.goal_table import STRICTNESSES, WAYS, Part, Question, Strictness, Way
from gatepost.console.policies.goals import (
    advice,
    answer,
    asked,
    chosen,
    headers,
    is_on,
    nobody_chose,
    others,
    told,
    turned,
    written,
)

_PARTS: tuple[tuple[Part, str, str], ...] = (
    ("provider", "Your identity provider", "Who says who somebody is."),
    ("login", "Logging in", "How long a login lasts, and where it leads."),
    (
        "access",
        "Who of them is let in",
        "Whoever proves who they are is let in. What you ask for here must be there as well.",
    ),
)


def goals(editor: Editor) -> None:
    """Put the questions on the page."""
    GoalForm(editor)


@final
class GoalForm:
    """Ways, questions and strictnesses of one draft."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._draft = editor, editor.draft
        self._advice: ui.element | None = None
        self._drawn()
        editor.follow(self._changed)

    @property
    def _ways(self) -> tuple[str, ...]:
        return chosen(self._draft.value("auth_methods"))

    def _drawn(self) -> None:
        methods = self._draft.value("auth_methods")
        with card("How do callers prove who they are?"):
            prose("Choose one way, or several: the first that a request brings then counts.")
            with ui.element("div").classes("gp-ways"):
                for way in WAYS:
                    self._way(way)
            if nobody_chose(methods) and not self._editor.new:
                prose("No way was chosen: every way that can work is accepted. Choose, to be sure.")
            if others(methods):
                prose(f"Accepted as well, by “Everything else”: {', '.join(others(methods))}.")
        if not self._ways:
            return
        for part, title, words in _PARTS:
            questions = asked(self._ways, part)
            if questions:
                with card(title):
                    prose(words)
                    for question in questions:
                        self._ask(question)
        with card("What the upstream is told"):
            self._headers()
        with card("Stricter than usual"):
            prose("What is marked as recommended is on in a new policy.")
            for one in STRICTNESSES:
                if set(one.ways) & set(self._ways):
                    self._strictness(one)
        self._advice = ui.element("div").props('role="status"').classes("gp-advice")
        self._advise()

    def _way(self, way: Way) -> None:
        on = way.name in self._ways
        with ui.element("div").classes("gp-way" + (" gp-way-on" if on else "")):
            box = ui.checkbox(way.title, value=on).classes("gp-way-box")
            box.props["data-way"] = way.name
            if not self._editor.may:
                box.disable()
            box.on_value_change(lambda event, way=way: self._turn(way, on=bool(event.value)))
            text(way.words, "quiet small", tag="p")

    def _turn(self, way: Way, *, on: bool) -> None:
        draft = self._draft

        def default(path: str) -> Any:
            found = draft.schema.field(path)
            return found.default if found else None

        for path, value in turned(way.name, on=on, get=draft.value, default=default).items():
            draft.put(path, value)
        self._editor.redraw()

    def _ask(self, question: Question) -> None:
        self._editor.add(
            Answer(
                self._draft,
                question,
                enabled=self._editor.may,
                needed=bool(set(question.needed) & set(self._ways)),
            )
        )

    def _headers(self) -> None:
        prose(
            "Claims of the token can be sent along as headers, for example sub (who) as X-User. "
            "What a client sends by such a name is removed, so that the upstream can believe it."
        )
        pairs = headers(self._draft.value)
        place = ui.element("div").classes("gp-pairs")
        with place:
            for number, (claim, name) in enumerate([*pairs, ("", "")]):
                self._pair(pairs, number, claim, name)
        self._editor.add(_Silent(place, "upstream_headers_names"))

    def _pair(self, pairs: list[tuple[str, str]], number: int, claim: str, name: str) -> None:
        def changed() -> None:
            now = list(pairs)
            pair = (str(one.value or ""), str(other.value or ""))
            now[number : number + 1] = [pair]
            if all(part.strip() for part in pair) or number < len(pairs):
                for path, value in told(now).items():
                    self._draft.put(path, value)
                pairs[:] = now

        with row("gp-pair"):
            one = ui.input("Claim", value=claim, placeholder="sub").props(
                "outlined dense stack-label"
            )
            other = ui.input("Header", value=name, placeholder="X-User").props(
                "outlined dense stack-label"
            )
            for made in (one, other):
                made.on_value_change(changed)
                if not self._editor.may:
                    made.disable()
            if number < len(pairs):

                def remove() -> None:
                    left = [pair for at, pair in enumerate(pairs) if at != number]
                    for path, value in told(left).items():
                        self._draft.put(path, value)
                    self._editor.redraw()

                only_for(
                    self._editor.view,
                    "operator",
                    icon_button("close", f"Send no header for {claim}", remove),
                )
            else:
                only_for(
                    self._editor.view,
                    "operator",
                    action("Another", self._editor.redraw, icon="add"),
                )

    def _strictness(self, one: Strictness) -> None:
        with ui.element("div").classes("gp-strict"):
            with row():
                switch = ui.switch(one.title, value=is_on(one, self._draft.value))
                switch.props["data-strictness"] = one.name
                if one.proposed:
                    badge("recommended", "good")
            text(one.why, "quiet small", tag="p")
        if not self._editor.may:
            switch.disable()

        def flipped(event: Any) -> None:
            for path, strict in one.fields.items():
                field = self._draft.schema.field(path)
                self._draft.put(path, strict if event.value else field.default if field else None)

        switch.on_value_change(flipped)

    def _advise(self) -> None:
        if self._advice is None or self._advice.is_deleted:
            return
        self._advice.clear()
        found = list(advice(self._ways, self._draft.value))
        self._advice.set_visibility(bool(found))
        with self._advice:
            if found:
                heading("Think about this", 2)
            for one in found:
                text(one.words, tag="p")

    def _changed(self, _: str) -> None:
        self._advise()


@final
class _Silent:
    """Where the messages about a part without a single input stand."""

    def __init__(self, place: ui.element, path: str) -> None:
        self.path = path
        with place:
            self._said = text("", "problem small", tag="p")

    def show(self, problem: str | None) -> None:
        self._said.set_text(problem or "")

    def follow(self) -> None:
        """Nothing."""


@final
class Answer:
    """The input of one question."""

    def __init__(self, draft: Draft, question: Question, *, enabled: bool, needed: bool) -> None:
        self.path = question.path
        self._draft, self._question = draft, question
        field = Field(
            question.path,
            question.label,
            question.kind,
            help=question.help,
            required=needed,
            options=question.options,
            placeholder=question.placeholder,
        )
        shown = answer(question, draft.value(question.path))
        self.form = Form((field,), {question.path: shown})
        self._input = self.form.element(question.path)
        self._input.on_value_change(self._typed)
        if question.path == "session_secret" and enabled:
            with row():
                action("Make one up", self._make, icon="casino")
        if not enabled:
            self._input.disable()

    def show(self, problem: str | None) -> None:
        """Say what is wrong with it."""
        self.form.show({self.path: problem} if problem else {}, focus=False)

    def follow(self) -> None:
        """Nothing: a redraw shows what changed elsewhere."""

    def _typed(self) -> None:
        given = self.form.values()[self.path]
        before = self._draft.value(self.path)
        self._draft.put(self.path, plain(written(self._question, given, before)))

    def _make(self) -> None:
        import secrets

        self.form.set(self.path, secrets.token_urlsafe(32))
