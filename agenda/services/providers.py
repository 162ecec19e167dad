"""支援の提供者: who gives the services of plans, and who works there."""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from agenda.register_tables import Affiliation, PlanService, Provider
from agenda.services.people import find_person
from agenda.tables import Client, Plan
from meetings_app.core.actor import Actor
from meetings_app.core.clock import Clock
from meetings_app.core.effective import in_effect
from meetings_app.core.errors import Conflict, NotFound, Refused
from meetings_app.core.terms import ServiceKind
from meetings_app.core.wareki import format_wareki
from meetings_app.services.audit import record
from meetings_app.services.correction_trail import Told, correct, find_fact
from meetings_app.services.periods import day_after, refuse_overlap
from meetings_app.tables.people import Person

LONGEST_NAME = 200
LONGEST_POST = 100


@dataclass(frozen=True, slots=True)
class WorksFor:
    """勤務先 of somebody on a day: the provider, the post there, and since when."""

    affiliation_id: str
    person_id: str
    provider_id: str
    provider: str
    post: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """提供者の一行: one provider of a body, with how many plans and cases it serves and who works there."""

    id: str
    name: str
    kana: str
    plans: int
    cases: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServedPlan:
    """提供者のいる支援: one service that a provider gives in a plan."""

    client_id: str
    case: int
    plan: int
    kind: ServiceKind
    service: str
    content: str
    period_end: date | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Worker:
    """そこで勤務する人: one dated affiliation with whose it is."""

    row: Affiliation
    person: Person


# ---- reading


def affiliations_on(session: Session, person_ids: Collection[str], on: date) -> dict[str, list[WorksFor]]:
    """Return what each person works for on a day, by name of the provider; nobody is left out of the answer."""
    rows = session.exec(
        select(Affiliation, Provider)
        .join(Provider, col(Affiliation.provider_id) == Provider.id)
        .where(col(Affiliation.person_id).in_(person_ids))
        .order_by(col(Provider.name), col(Affiliation.valid_from))
    ).all()
    names = {provider.id: provider.name for _row, provider in rows}
    found: dict[str, list[WorksFor]] = {person_id: [] for person_id in person_ids}
    for row in in_effect([row for row, _provider in rows], on):
        found[row.person_id].append(
            WorksFor(
                row.id,
                row.person_id,
                row.provider_id,
                names[row.provider_id],
                row.post,
                row.valid_from,
                row.valid_to,
            )
        )
    return found


def providers_of_plan(session: Session, plan_id: str) -> list[Provider]:
    """Return who gives the services of a plan, each once, in the order of the services."""
    rows = session.exec(
        select(Provider)
        .join(PlanService, col(PlanService.provider_id) == Provider.id)
        .where(PlanService.plan_id == plan_id)
        .order_by(col(PlanService.position))
    ).all()
    return list({provider.id: provider for provider in rows}.values())


def providers_of(session: Session, committee_id: str) -> list[Provider]:
    """Return every provider of a body by kana, those without kana by name."""
    rows = session.exec(select(Provider).where(Provider.committee_id == committee_id)).all()
    return sorted(rows, key=lambda provider: (provider.kana or provider.name, provider.name))


def list_providers(session: Session, committee_id: str, on: date) -> list[ProviderLine]:
    """提供者の一覧: every provider of a body with the plans it serves and who works there on a day."""
    counts = _counts(session, committee_id)
    people = _people_by_provider(session, committee_id, on)
    return [
        ProviderLine(
            provider.id,
            provider.name,
            provider.kana,
            *counts.get(provider.id, (0, 0)),
            tuple(people.get(provider.id, ())),
        )
        for provider in providers_of(session, committee_id)
    ]


def _counts(session: Session, committee_id: str) -> dict[str, tuple[int, int]]:
    rows = session.exec(
        select(
            col(PlanService.provider_id),
            func.count(func.distinct(PlanService.plan_id)),
            func.count(func.distinct(Plan.client_id)),
        )
        .join(Plan, col(PlanService.plan_id) == Plan.id)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(Client.committee_id == committee_id, col(PlanService.provider_id).is_not(None))
        .group_by(col(PlanService.provider_id))
    ).all()
    return {provider_id: (plans, cases) for provider_id, plans, cases in rows if provider_id is not None}


def _people_by_provider(session: Session, committee_id: str, on: date) -> dict[str, list[str]]:
    rows = session.exec(
        select(Affiliation, Person)
        .join(Person, col(Affiliation.person_id) == Person.id)
        .join(Provider, col(Affiliation.provider_id) == Provider.id)
        .where(Provider.committee_id == committee_id)
        .order_by(col(Person.kana), col(Person.name))
    ).all()
    now = {row.id for row in in_effect([row for row, _person in rows], on)}
    found: dict[str, list[str]] = {}
    for row, person in rows:
        if row.id in now:
            found.setdefault(row.provider_id, []).append(person.name)
    return found


def get_provider(session: Session, committee_id: str, provider_id: str) -> Provider:
    """Return a provider of a body. Raises NotFound, also for another body's."""
    provider = session.get(Provider, provider_id)
    if provider is None or provider.committee_id != committee_id:
        raise NotFound("この提供者は登録されていません。提供者の一覧から選び直してください。")
    return provider


def served_plans(session: Session, provider_id: str) -> list[ServedPlan]:
    """Return the services that a provider gives, by case number and plan."""
    rows = session.exec(
        select(PlanService, Plan, Client)
        .join(Plan, col(PlanService.plan_id) == Plan.id)
        .join(Client, col(Plan.client_id) == Client.id)
        .where(PlanService.provider_id == provider_id)
        .order_by(col(Client.case_number), col(Plan.number).desc(), col(PlanService.position))
    ).all()
    return [
        ServedPlan(
            client_id=client.id,
            case=client.case_number,
            plan=plan.number,
            kind=service.kind,
            service=service.name,
            content=service.content,
            period_end=plan.period_end,
            ended=plan.evaluation_outcome is not None,
        )
        for service, plan, client in rows
    ]


def workers_of(session: Session, provider_id: str) -> list[Worker]:
    """Return who works or has worked for a provider, latest first."""
    rows = session.exec(
        select(Affiliation, Person)
        .join(Person, col(Affiliation.person_id) == Person.id)
        .where(Affiliation.provider_id == provider_id)
        .order_by(col(Affiliation.valid_from).desc(), col(Person.kana), col(Person.name))
    ).all()
    return [Worker(row, person) for row, person in rows]


# ---- providers


def same_name(name: str) -> str:
    """Return what two spellings of one name have in common: width and stray spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def find_by_name(providers: Iterable[Provider], name: str) -> Provider | None:
    """Return the provider of that name, in whatever width it was written."""
    wanted = same_name(name)
    return next((provider for provider in providers if same_name(provider.name) == wanted), None)


def get_or_create_provider(
    *, session: Session, actor: Actor, clock: Clock, name: str, kana: str = ""
) -> Provider:
    """提供者を名前で選ぶ: the one of the actor's body with that name, or a new one. Raises Refused without a name."""
    _check_name(name, kana)
    rows = session.exec(select(Provider).where(Provider.committee_id == actor.committee_id)).all()
    found = find_by_name(rows, name)
    if found is not None:
        return found
    provider = Provider(committee_id=actor.committee_id, name=name.strip(), kana=kana.strip())
    session.add(provider)
    session.flush()
    _audit(session, actor, clock, "提供者の登録", provider, {"name": provider.name})
    return provider


def change_provider(
    *, session: Session, actor: Actor, clock: Clock, provider_id: str, name: str, kana: str, seen: str
) -> Provider:
    """提供者の名前を直す. `seen` is the name that was on the page.

    Raises Refused for a name that another provider has, Conflict where somebody changed it first.
    """
    provider = get_provider(session, actor.committee_id, provider_id)
    _check_name(name, kana)
    if seen != provider.name:
        raise Conflict(
            f"この提供者の名前は、ほかの人が「{provider.name}」に変えました。"
            "今の名前を見てから、もう一度記録してください。"
        )
    others = [row for row in providers_of(session, actor.committee_id) if row.id != provider.id]
    taken = find_by_name(others, name)
    if taken is not None:
        raise Refused(
            f"「{taken.name}」はもう登録されています。"
            "同じところなら、プランの支援内容でそちらを選んでください。"
        )
    before = {"name": provider.name, "kana": provider.kana}
    provider.name, provider.kana = name.strip(), kana.strip()
    session.add(provider)
    session.flush()
    after = {"name": provider.name, "kana": provider.kana}
    _audit(session, actor, clock, "提供者の変更", provider, {"before": before, "after": after})
    return provider


def _check_name(name: str, kana: str) -> None:
    if not name.strip():
        raise Refused("提供者の名前が入っていません。名前を入れてください。")
    if len(name.strip()) > LONGEST_NAME or len(kana.strip()) > LONGEST_NAME:
        raise Refused(f"提供者の名前とふりがなは、{LONGEST_NAME}文字以内にしてください。")


# ---- who works there


def record_affiliation(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    provider_id: str,
    person_id: str,
    post: str,
    valid_from: date,
    last_day: date | None = None,
) -> Affiliation:
    """勤務先を記録する. Raises Refused where it would run into what is on record of the same person there."""
    provider = get_provider(session, actor.committee_id, provider_id)
    person = find_person(session, actor, person_id)
    end = day_after(valid_from, last_day)
    refuse_overlap(
        _rows_of(session, provider.id, person.id), valid_from, end, f"{person.name}さんのここでの勤務の記録"
    )
    row = Affiliation(
        person_id=person.id,
        provider_id=provider.id,
        post=_checked_post(post),
        valid_from=valid_from,
        valid_to=end,
    )
    session.add(row)
    session.flush()
    detail = {"person": person.id, "post": row.post, "from": valid_from, "to": end}
    _audit(session, actor, clock, "勤務先の記録", provider, detail)
    return row


def end_affiliation(
    *, session: Session, actor: Actor, clock: Clock, provider_id: str, affiliation_id: str, last_day: date
) -> Affiliation:
    """勤務の終わりを記録する, by the last day. Raises Refused where it has ended already, or not yet begun."""
    provider, row = find_affiliation(session, actor, provider_id, affiliation_id)
    if row.valid_to is not None:
        raise Refused("勤務の終わりはもう記録されています。誤っているときは「訂正」から直してください。")
    if last_day < row.valid_from:
        raise Refused(
            f"最後の日が、勤務の始まり（{format_wareki(row.valid_from)}）より前です。"
            "最後の日を確かめてください。"
        )
    row.valid_to = day_after(row.valid_from, last_day)
    session.add(row)
    session.flush()
    _audit(session, actor, clock, "勤務の終わりの記録", provider, {"person": row.person_id, "last": last_day})
    return row


def correct_affiliation(
    *,
    session: Session,
    actor: Actor,
    clock: Clock,
    provider_id: str,
    affiliation_id: str,
    post: str,
    valid_from: date,
    last_day: date | None,
    told: Told,
) -> Affiliation:
    """勤務先の記録を訂正する.

    Raises Refused without a reason, where nothing changes and where it runs into another record; Conflict where
    somebody else corrected it first; NotFound for a record of another provider.
    """
    provider, row = find_affiliation(session, actor, provider_id, affiliation_id)
    end = day_after(valid_from, last_day)
    others = [one for one in _rows_of(session, provider.id, row.person_id) if one.id != row.id]
    return correct(
        session=session,
        actor=actor,
        clock=clock,
        kind="affiliation",
        row=row,
        new={"post": _checked_post(post), "valid_from": valid_from, "valid_to": end},
        told=told,
        check=lambda: refuse_overlap(others, valid_from, end, "この人のここでの勤務の記録"),
        names={"provider": provider.name},
    )


def find_affiliation(
    session: Session, actor: Actor, provider_id: str, affiliation_id: str
) -> tuple[Provider, Affiliation]:
    """Return a provider of the actor's body with one record of who works there. Raises NotFound."""
    provider = get_provider(session, actor.committee_id, provider_id)
    row = session.get(Affiliation, affiliation_id)
    if row is None or row.provider_id != provider.id:
        raise NotFound("この勤務の記録は見つかりません。提供者の画面から選び直してください。")
    return provider, find_fact(session, Affiliation, row.id, row.person_id)


def _rows_of(session: Session, provider_id: str, person_id: str) -> list[Affiliation]:
    rows = session.exec(
        select(Affiliation).where(Affiliation.provider_id == provider_id, Affiliation.person_id == person_id)
    ).all()
    return list(rows)


def _checked_post(post: str) -> str:
    if len(post.strip()) > LONGEST_POST:
        raise Refused(f"職名は{LONGEST_POST}文字以内にしてください。")
    return post.strip()


def _audit(
    session: Session, actor: Actor, clock: Clock, action: str, provider: Provider, detail: dict[str, object]
) -> None:
    record(
        session=session,
        actor=actor,
        clock=clock,
        action=action,
        subject="provider",
        subject_id=provider.id,
        detail=detail,
    )
