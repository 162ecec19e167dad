"""Every table of the product, so that migrations see the whole schema."""

from sqlmodel import SQLModel

from agenda import packet_tables, register_tables
from agenda import tables as agenda_tables
from calendars import tables as calendars_tables
from honoraria import tables as honoraria_tables
from meetings_app.tables import committees, meetings, office, people, users
from minutes import edition_tables, live_tables
from minutes import tables as minutes_tables

MODULES = (
    people,
    committees,
    meetings,
    users,
    office,
    agenda_tables,
    register_tables,
    packet_tables,
    calendars_tables,
    minutes_tables,
    live_tables,
    edition_tables,
    honoraria_tables,
)
metadata = SQLModel.metadata
