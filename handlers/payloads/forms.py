"""The shape of what comes from a form that is filled in."""

from handlers.payloads.payload import Choice, Interaction, OpaqueId, Payload, ShownView, SlackId


class FormField(Payload):
    """What stands in one field of a form."""

    value: str | None = None
    selected_conversation: SlackId | None = None
    selected_users: tuple[SlackId, ...] = ()
    selected_option: Choice | None = None
    selected_options: tuple[Choice, ...] = ()
    selected_date_time: int | None = None


class FormState(Payload):
    """What stands in the fields of a form, by block and action."""

    values: dict[str, dict[str, FormField]]


class FilledView(ShownView):
    """A form as it is filled in; its `hash` changes whenever the view does."""

    id: OpaqueId
    private_metadata: str
    hash: OpaqueId | None = None
    state: FormState

    def has(self, name: str) -> bool:
        """Return whether there is a field of that name."""
        return name in self.state.values

    def text(self, name: str) -> str:
        """Return what was typed in the field of that name, empty for nothing."""
        return self._field(name).value or ""

    def conversation(self, name: str) -> str | None:
        """Return the conversation chosen in the field of that name."""
        return self._field(name).selected_conversation

    def choice(self, name: str) -> str | None:
        """Return which option was chosen in the field of that name."""
        option = self._field(name).selected_option
        return option.value if option else None

    def is_checked(self, name: str) -> bool:
        """Return whether the box of that name is checked."""
        return any(option.value == name for option in self._field(name).selected_options)

    def users(self, name: str) -> tuple[str, ...]:
        """Return the people chosen in the field of that name."""
        return self._field(name).selected_users

    def choices(self, name: str) -> tuple[str, ...]:
        """Return which options were chosen in the field of that name."""
        return tuple(option.value for option in self._field(name).selected_options)

    def time(self, name: str) -> int | None:
        """Return the time chosen in the field of that name, in seconds since the epoch."""
        return self._field(name).selected_date_time

    def _field(self, name: str) -> FormField:
        return self.state.values.get(name, {}).get(name, FormField())


class Submission(Interaction):
    """What Slack sends when someone submits a form."""

    view: FilledView


class FormPress(Interaction):
    """What Slack sends when someone chooses in a form what it wants to know at once."""

    view: FilledView
