"""支援決定・確認の一覧 through the browser."""

from datetime import date

import pytest

from agenda.tables import Plan
from meetings_app.core.terms import Role
from tests.agenda.web.demo import client_id, plan_of
from tests.web_support import Web

MEND = "/plans/decisions/corrections"
HOSTILE = "<img src=x onerror=alert(1)>"
READERS = (Role.CITY_OFFICER, Role.SECRETARIAT, Role.CHAIR)


def undecided(web: Web, case: int, number: int) -> tuple[str, int]:
    """Take a decision off the record; return the plan's id and version."""
    plan = plan_of(web, case, number)
    with web.db.write() as session:
        session.get_one(Plan, plan.id).decided_on = None
    return plan.id, plan.version


def form(plan_id: str, version: int, day: str, kind: str = "plan") -> dict[str, str]:
    return {"key": f"{plan_id}-{kind}", "version": str(version), f"day-{plan_id}-{kind}": day}


def test_what_waits_is_recorded_in_place_and_stands_below(demo: Web) -> None:
    plan_id, version = undecided(demo, 20, 1)
    with demo.client(Role.CITY_OFFICER) as client:
        page = client.get("/plans/decisions").text
        answer = client.post("/plans/decisions", data=form(plan_id, version, "H26.2.28"))
        after = client.get("/plans/decisions").text
    assert "記録を待つもの 9件" in page  # and eight of the day, which the register dates three days later
    assert "会議から28日" in page
    assert f'name="day-{plan_id}-plan"' in page
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans/decisions")
    assert "記録を待つもの 8件" in after
    assert "平成26年2月28日（金）" in after
    assert str(plan_of(demo, 20, 1).decided_on) == "2014-02-28"
    recorded = after[after.index('id="recorded"') :]
    assert "未定" in recorded  # no services are on record, so it is open which of the two it was
    assert "支援決定・確認</div>" not in recorded


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("", "「決定・確認の日」を入力してください。"),
        ("きのう", "「きのう」を日付として読めません。"),
        ("H26.2.24", "会議の日（平成26年2月25日）より前の日付です。"),
        ("H26.3.26", "平成26年3月26日はまだ来ていません。"),
    ],
)
def test_a_wrong_day_is_said_at_its_field(demo: Web, day: str, sentence: str) -> None:
    plan_id, version = undecided(demo, 20, 1)
    with demo.client(Role.CITY_OFFICER) as client:
        answer = client.post("/plans/decisions", data=form(plan_id, version, day))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#f-day-{plan_id}-plan"' in answer.text
    assert f'value="{day}"' in answer.text
    assert plan_of(demo, 20, 1).decided_on is None


def test_somebody_elses_change_and_foreign_plans_are_answered_so(demo: Web) -> None:
    plan_id, version = undecided(demo, 20, 1)
    with demo.client(Role.CITY_OFFICER) as client:
        assert client.post("/plans/decisions", data=form(plan_id, version + 1, "H26.2.28")).status_code == 409
        assert client.post("/plans/decisions", data=form("0" * 32, 1, "H26.2.28")).status_code == 404
        strange = client.post("/plans/decisions", data={"key": "x", "version": "1"})
    assert strange.status_code == 422
    assert "一覧から選び直してください。" in strange.text


def test_the_kind_filters_and_stays_after_recording(demo: Web) -> None:
    plan_id, version = undecided(demo, 20, 1)
    with demo.client(Role.SECRETARIAT) as client:
        assert f"day-{plan_id}-plan" in client.get("/plans/decisions?show=open").text
        assert f"day-{plan_id}-plan" not in client.get("/plans/decisions?show=support").text
        assert client.get("/plans/decisions?show=all").status_code == 422
        answer = client.post("/plans/decisions", data=form(plan_id, version, "H26.2.28") | {"show": "open"})
    assert answer.headers["location"] == "/plans/decisions?show=open"


def test_the_chair_reads_and_the_others_do_not_come_in(demo: Web) -> None:
    plan_id, version = undecided(demo, 20, 1)
    with demo.client(Role.CHAIR) as client:
        page = client.get("/plans/decisions").text
        assert client.post("/plans/decisions", data=form(plan_id, version, "H26.2.28")).status_code == 403
    assert "会議から28日" in page
    assert "記録する</span>" not in page
    for role in set(Role) - set(READERS):
        with demo.client(role) as client:
            assert client.get("/plans/decisions").status_code == 403, role


def test_the_list_is_in_the_city_officers_navigation(demo: Web) -> None:
    with demo.client(Role.CITY_OFFICER) as client:
        assert 'class="site-nav__item" href="/plans/decisions"' in client.get("/").text
    with demo.client(Role.SECRETARIAT) as client:
        assert 'class="site-nav__item" href="/plans/decisions"' not in client.get("/").text
        assert 'href="/plans/decisions"' in client.get("/plans/due").text


# ---- a day that was recorded wrongly


def recorded(web: Web, day: date) -> tuple[str, int]:
    """Put a decision of the last days on record; return the plan's id and version."""
    plan = plan_of(web, 20, 1)
    with web.db.write() as session:
        session.get_one(Plan, plan.id).decided_on = day
    return plan.id, plan.version


def mending(plan_id: str, version: int, day: str, reason: str = HOSTILE) -> dict[str, str]:
    key = f"{plan_id}-plan"
    return {"key": key, "version": str(version), f"new-{key}": day, f"reason-{key}": reason}


def test_a_wrong_day_is_mended_in_place_and_the_history_tells_why(demo: Web) -> None:
    plan_id, version = recorded(demo, date(2014, 3, 20))
    with demo.client(Role.CITY_OFFICER) as client:
        page = client.get("/plans/decisions").text
        answer = client.post(MEND, data=mending(plan_id, version, "H26.3.19") | {"show": "open"})
        stale = client.post(MEND, data=mending(plan_id, version, "H26.3.18"))
        after = client.get("/plans/decisions").text
        history = client.get(f"/plans/{client_id(demo, 20)}?show=change").text
    assert f'name="new-{plan_id}-plan"' in page
    assert (answer.status_code, answer.headers["location"]) == (303, "/plans/decisions?show=open")
    assert stale.status_code == 409
    assert str(plan_of(demo, 20, 1).decided_on) == "2014-03-19"
    assert "平成26年3月19日（水）" in after
    assert "プラン1 支援決定・確認の訂正" in history
    assert "&lt;img src=x" in history
    assert HOSTILE not in history


@pytest.mark.parametrize(
    ("day", "reason", "field", "sentence"),
    [
        ("", "誤記", "new", "「正しい日」を入力してください。"),
        ("H26.2.24", "誤記", "new", "会議の日（平成26年2月25日）より前の日付です。"),
        ("H26.3.26", "誤記", "new", "平成26年3月26日はまだ来ていません。"),
        ("H26.3.20", "誤記", "new", "今の記録と同じ日です。"),
        ("H26.3.19", "", "reason", "「訂正の理由」を入力してください。"),
    ],
)
def test_a_wrong_correction_is_said_at_its_field(
    demo: Web, day: str, reason: str, field: str, sentence: str
) -> None:
    plan_id, version = recorded(demo, date(2014, 3, 20))
    with demo.client(Role.SECRETARIAT) as client:
        answer = client.post(MEND, data=mending(plan_id, version, day, reason))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'href="#f-{field}-{plan_id}-plan"' in answer.text
    assert f'<details data-keep="new-{plan_id}-plan" open>' in answer.text
    assert str(plan_of(demo, 20, 1).decided_on) == "2014-03-20"


def test_only_those_who_record_may_mend(demo: Web) -> None:
    plan_id, version = recorded(demo, date(2014, 3, 20))
    for role in set(Role) - {Role.CITY_OFFICER, Role.SECRETARIAT}:
        with demo.client(role) as client:
            answer = client.post(MEND, data=mending(plan_id, version, "H26.3.19"))
            assert answer.status_code == 403, role
    with demo.client(Role.CHAIR) as client:
        assert "訂正する" not in client.get("/plans/decisions").text
