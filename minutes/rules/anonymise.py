"""匿名版: the minutes without anybody's name, address or organisation. Case numbers stay.

What is on record is replaced wherever it stands, in every way it may be written. What only looks like a name is
returned as something a person has to decide on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, Final, cast

from meetings_app.core.terms import Capacity, Office, Role
from minutes.rules.known_words import (
    Known,
    KnownBody,
    KnownClient,
    KnownPerson,
    fragments_of_body,
    fragments_of_name,
    is_case_label,
    labels,
    terms_of,
)
from minutes.rules.minutes_view import (
    Absentee,
    Attendee,
    Invitee,
    MinutesView,
    Place,
)
from minutes.rules.redact import Redactor, Term, fold
from minutes.rules.suspicious import Suspicion, suspicions, unknown_names

ANONYMISED: Final = "匿名版"
UNCHECKED: Final = "確認前"
VENUE: Final = "（会場）"
CLIENT: Final = "本人"
OTHER: Final = "関係者"
INVITED: Final = "関係機関"
ORGANISATION: Final = "所属機関"
PROVIDER: Final = "提供者"

PATTERNS: Final = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII), "（メールアドレス）"),
    (re.compile(r"〒 ?\d{3}-?\d{4}(?!\d)|(?<![\d-])\d{3}-\d{4}(?![\d-])"), "（郵便番号）"),
    (
        re.compile(
            r"(?<![\d-])(?:\+81[- ]?|\(?0)\d{1,4}\)?[-ー( ]{1,2}\d{1,4}[-ー) ]{1,2}\d{3,4}(?!\d)|(?<!\d)0\d{9,10}(?!\d)"
            r"|(?<=電話)[番号はが: ]{0,4}\d[\d() ー-]{3,15}\d|(?<=tel)[: ]{0,3}\d[\d() ー-]{3,15}\d"
        ),
        "（電話番号）",
    ),
    (
        re.compile(
            r"[一-鿿々ゖゕー]{0,30}[0-9一二三四五六七八九十]{1,6}(?:条[東西南北]?[0-9一二三四五六七八九十]{1,4})?(?:丁目|番地)"
            r"(?:[のー-]?[0-9一二三四五六七八九十]{1,6}(?:丁目|番地|番|号室|号)?){0,5}"
            r"|[一-鿿々ゖゕー]{0,30}(?:町|村|通り?|条[東西南北]?|団地)[0-9]{1,4}-[0-9]{1,4}(?:-[0-9]{1,4})?(?:号室?)?(?![0-9-])"
        ),
        "（住所）",
    ),
)
"""What is replaced wherever it stands, in folded text."""

_PREFIX: Final = {
    Capacity.MEMBER: "委員",
    Capacity.ADVISER: "アドバイザー委員",
    Capacity.SECRETARIAT: "事務局員",
    Capacity.INVITEE: INVITED,
    Capacity.CLIENT: CLIENT,
    Capacity.FAMILY: "家族",
    Capacity.CONSTITUENT: "構成員",
}
_PARTS: Final = frozenset(term.value for terms in (Role, Office, Capacity) for term in terms)
"""What people are called by their part instead of their name; it stays."""


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """人: as the roster has them."""

    name: str
    kana: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """決めた語: a word that a person replaced, or (None) let stand."""

    word: str
    replacement: str | None = None


@dataclass(frozen=True, slots=True)
class OnRecord:
    """記録にある語: what the office knows beside the minutes themselves."""

    people: tuple[RecordedPerson, ...] = ()
    providers: tuple[tuple[str, str], ...] = ()
    """Names with their readings."""
    clients: tuple[tuple[str, str, str], ...] = ()
    """Initials, names and readings of names."""
    decided: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class Anonymised:
    """匿名版 with what a person still has to decide on."""

    view: MinutesView
    suspicions: tuple[Suspicion, ...]

    @property
    def is_checked(self) -> bool:
        """Whether everything suspicious has been decided."""
        return not self.suspicions


def anonymise(view: MinutesView, record: OnRecord) -> Anonymised:
    """Return the minutes without names, and the words that somebody has to look at."""
    masks = _Masks(view, record)
    told = masks.applied()
    let_stand = tuple(one.word for one in record.decided if one.replacement is None)
    doubtful = (
        *suspicions(
            _texts(told),
            placeholders=masks.placeholders,
            short_names=masks.short_names,
            fragments=masks.fragments,
            let_stand=let_stand,
        ),
        *unknown_names(_answerable(told), placeholders=masks.placeholders, let_stand=let_stand),
    )
    once = {fold(one.word).text: one for one in reversed(doubtful)}
    found = tuple(reversed(once.values()))
    return Anonymised(replace(told, title=_title(view, checked=not found)), found)


def _title(view: MinutesView, *, checked: bool) -> str:
    number = f"第{view.meeting_number}回　" if view.meeting_number is not None else ""
    note = ANONYMISED if checked else f"{ANONYMISED}・{UNCHECKED}"
    return f"{number}{view.committee}　議事録（{note}）"


_Somebody = Attendee | Absentee | Invitee | RecordedPerson


class _Masks:
    """What everybody and everything is called instead."""

    def __init__(self, view: MinutesView, record: OnRecord) -> None:
        self.view = view
        self._record = record
        self._people = self._person_labels()
        self._bodies = self._body_labels()
        self.known = self._known()
        self._redact = Redactor(terms_of(self.known), PATTERNS)

    # --- who is called what ---

    def _person_labels(self) -> dict[str, str]:
        named: dict[str, list[str]] = {}
        for prefix, name in self._listed():
            if name.strip() and not is_case_label(name) and name not in _PARTS:
                named.setdefault(prefix, []).append(_key(name))
        found: dict[str, str] = {}
        for prefix, keys in named.items():
            for key, label in labels(prefix, [key for key in keys if key not in found]).items():
                found.setdefault(key, label)
        return found

    def _listed(self) -> Iterator[tuple[str, str]]:
        """Yield everybody with what people of their part are called, those of the meeting first."""
        seated: tuple[Attendee | Absentee, ...] = (*self.view.attendees, *self.view.absentees)
        for person in seated:
            yield _PREFIX[person.capacity], person.name
        for invitee in self.view.invitees:
            yield INVITED, invitee.name
        for name in _names_in(self.view):
            yield OTHER, name
        for known in self._record.people:
            yield OTHER, known.name

    def _body_labels(self) -> dict[str, str]:
        found = labels(ORGANISATION, map(_key, self._organisations()))
        providers = [_key(name) for name, _ in self._record.providers if _key(name) not in found]
        return found | labels(PROVIDER, providers)

    def _organisations(self) -> list[str]:
        """Return where people come from, those of the meeting first."""
        view = self.view
        people: tuple[_Somebody, ...] = (
            *view.attendees, *view.absentees, *view.invitees, *self._record.people,
        )  # fmt: skip
        return [
            person.organisation for person in people if person.organisation and person.organisation.strip()
        ]

    def _known(self) -> Known:
        return Known(
            people=tuple(self._known_people()),
            bodies=tuple(self._known_bodies()),
            clients=tuple(
                KnownClient(CLIENT, initials, name, kana) for initials, name, kana in self._record.clients
            ),
            words=tuple(Term(one.word, one.replacement) for one in self._record.decided if one.replacement),
        )

    def _known_people(self) -> Iterator[KnownPerson]:
        kana = {_key(person.name): person.kana for person in self._record.people}
        listed = {_key(name): name for _, name in reversed([*self._listed()])}
        for key, label in self._people.items():
            yield KnownPerson(listed[key], label, kana.get(key, ""))

    def _known_bodies(self) -> Iterator[KnownBody]:
        written = {_key(name): (name, kana) for name, kana in self._record.providers}
        for name in self._organisations():
            written.setdefault(_key(name), (name, ""))
        for key, label in self._bodies.items():
            yield KnownBody(written[key][0], label, written[key][1])

    @property
    def placeholders(self) -> frozenset[str]:
        """Everything that was put in place of something."""
        put = {*self._people.values(), *self._bodies.values(), CLIENT, VENUE}
        put |= {replacement for _, replacement in PATTERNS}
        return frozenset(put | {one.replacement for one in self._record.decided if one.replacement})

    @property
    def short_names(self) -> frozenset[str]:
        """Surnames, given names and initials of one sign."""
        names = (*(person.name for person in self.known.people), *(one.name for one in self.known.clients))
        parts = (part for name in names for part in name.split())
        initials = (fold(one.initials).text.strip(" .").upper() for one in self.known.clients)
        return frozenset(part for part in (*parts, *initials) if len(part) == 1)

    @property
    def fragments(self) -> frozenset[str]:
        """Parts of names on record by which somebody may be called without its being certain."""
        people = (*(one.name for one in self.known.people), *(one.name for one in self.known.clients))
        return frozenset(
            (
                *(part for name in people for part in fragments_of_name(name)),
                *(part for body in self.known.bodies for part in fragments_of_body(body.name)),
            )
        )

    # --- putting it in place ---

    def applied(self) -> MinutesView:
        """Return the whole view with everything replaced."""
        told = cast("MinutesView", self._walked(self.view))
        return replace(
            told, place=self._place(), meeting_id=self.view.meeting_id, handling=self.view.handling
        )

    def _place(self) -> Place | None:
        """The venue stays unless it gives somebody away."""
        place = self.view.place
        if place is None or self._redact(place.venue) == place.venue:
            return place
        return replace(place, venue=VENUE)

    def _walked(self, value: Any) -> Any:
        if isinstance(value, Enum | date) or value is None:
            return value
        if isinstance(value, str):
            return self._redact(value)
        if isinstance(value, tuple):
            return tuple(self._walked(entry) for entry in value)
        if is_dataclass(value) and not isinstance(value, type):
            return self._walked_fields(value)
        return value

    def _walked_fields(self, value: Any) -> Any:
        told = {field.name: self._walked(getattr(value, field.name)) for field in fields(value)}
        for name in _NAME_FIELDS:
            if name in told and _holds_name(value, name):
                told[name] = self._named(getattr(value, name))
        if "organisation" in told:
            told["organisation"] = self._organised(value.organisation)
        return replace(value, **told)

    def _named(self, name: Any) -> Any:
        if isinstance(name, tuple):
            return tuple(self._named(one) for one in name)
        return self._people.get(_key(name), self._redact(name)) if name else name

    def _organised(self, name: str | None) -> str | None:
        return self._bodies.get(_key(name), ORGANISATION) if name and name.strip() else name


_NAME_FIELDS: Final = ("name", "present", "presider", "approver")
"""Fields that hold somebody's name and nothing else (`presider` of an item; that of the minutes is more)."""


def _holds_name(value: Any, name: str) -> bool:
    held = getattr(value, name)
    return held is None or isinstance(held, str | tuple)


def _names_in(value: Any) -> Iterator[str]:
    """Yield every name that stands in a field for names."""
    if isinstance(value, tuple):
        for entry in value:
            yield from _names_in(entry)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            held = getattr(value, field.name)
            if field.name in _NAME_FIELDS and isinstance(held, str):
                yield held
            elif field.name in _NAME_FIELDS and isinstance(held, tuple):
                yield from held
            else:
                yield from _names_in(held)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of the minutes that somebody typed or that was put in its place."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, tuple):
        for entry in value:
            yield from _texts(entry)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _answerable(view: MinutesView) -> list[str]:
    agreed = [action.who for item in view.items for action in item.actions]
    earlier = [action.who for item in view.items for action in item.earlier_actions]
    return [who for who in (*agreed, *earlier) if who]


def _key(name: str) -> str:
    return "".join(sign for sign in fold(name).text if sign not in " ・")
