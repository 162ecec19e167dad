"""Who is doing something."""

from dataclasses import dataclass

from meetings_app.core.terms import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """操作者: the signed-in account, or the program itself (`user_id` None) on the command line."""

    name: str
    role: Role
    committee_id: str
    user_id: str | None = None
    person_id: str | None = None
    locale: str = "ja"
