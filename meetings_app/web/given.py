"""What a handler may ask for, by these parameter names:

    def show_plan(
        request: WebRequest, plan_id: FromPath[str], db: GivenDb, clock: GivenClock, actor: GivenActor,
        form: GivenForm, filters: GivenFilters,
    ) -> Page: ...

`actor` is for routes that need an account; `form` holds the body's fields, `filters` the address's.
"""

from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation

from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.db.engine import Database
from meetings_app.web.auth import provide_actor
from meetings_app.web.forms import Form, provide_filters, provide_form

WebRequest = Request[Any, Any, Any]
GivenDb = SkipValidation[NamedDependency[Database]]
GivenClock = SkipValidation[NamedDependency[Clock]]
GivenActor = SkipValidation[NamedDependency[Actor]]
GivenForm = SkipValidation[NamedDependency[Form]]
GivenFilters = SkipValidation[NamedDependency[Form]]


def provide_database(state: State) -> Database:
    """Give a handler the database: `with db.read() as session`, or `db.write()` for one change."""
    database: Database = state.db
    return database


def provide_clock(state: State) -> Clock:
    """Give a handler the clock that services need."""
    clock: Clock = state.clock
    return clock


def dependencies() -> dict[str, Provide]:
    """Return the providers by parameter name."""
    return {
        "db": Provide(provide_database, sync_to_thread=False),
        "clock": Provide(provide_clock, sync_to_thread=False),
        "actor": Provide(provide_actor),
        "form": Provide(provide_form),
        "filters": Provide(provide_filters),
    }
