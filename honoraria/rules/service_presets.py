"""公務員区分の見本: what common jobs usually are, by date, to start a declaration from.

A preset is a proposal: the appointment paper (辞令) of the person decides, and every preset can be overridden.
Where the answer changed, the job stands here once per period.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from honoraria.rules.public_service import StatusFact
from meetings_app.core.effective import Period, holds
from meetings_app.core.terms import ServiceClass, WorkingTime

_POST_OFFICE = date(2007, 10, 1)
_NATIONAL_HOSPITALS = date(2015, 4, 1)
_FISCAL_YEAR_APPOINTMENT = date(2020, 4, 1)
_KUSHIRO_UNIVERSITY = date(2023, 4, 1)

_ALWAYS = Period(date.min)


@dataclass(frozen=True, slots=True)
class ServicePreset:
    """公務員区分の見本: the statuses of a job in a period, with the legal basis they usually rest on."""

    occupation: str
    statuses: tuple[StatusFact, ...]
    legal_basis: str
    period: Period = _ALWAYS

    @property
    def needs_review(self) -> bool:
        """要確認: whether a person has to look at the appointment before anything is paid."""
        return len(self.statuses) > 1 or any(status.needs_review for status in self.statuses)

    @property
    def valid_from(self) -> date:
        """First day on which the preset applies."""
        return self.period.valid_from

    @property
    def valid_to(self) -> date | None:
        """First day on which it no longer applies; None: still does."""
        return self.period.valid_to


def presets_on(on: date) -> tuple[ServicePreset, ...]:
    """Return the presets that apply on `on`, in the order they are offered."""
    return tuple(preset for preset in PRESETS if holds(preset, on))


def preset_on(occupation: str, on: date) -> ServicePreset | None:
    """Return the preset of `occupation` on `on`, or None where there is none."""
    return next((preset for preset in presets_on(on) if preset.occupation == occupation), None)


def _ordinary(occupation: str, basis: str, *, part: bool = False, period: Period = _ALWAYS) -> ServicePreset:
    time = WorkingTime.PART if part else WorkingTime.FULL
    return _one(_employee(occupation, basis, ServiceClass.GENERAL, time), period)


def _special(occupation: str, basis: str, *, full: bool = False, period: Period = _ALWAYS) -> ServicePreset:
    time = WorkingTime.FULL if full else WorkingTime.PART
    return _one(_employee(occupation, basis, ServiceClass.SPECIAL, time), period)


def _private(occupation: str, basis: str, *, period: Period = _ALWAYS) -> ServicePreset:
    return _one(_nobody(occupation, basis), period)


def _unclear(
    occupation: str, basis: str, service_class: ServiceClass | None, time: WorkingTime | None
) -> ServicePreset:
    return _one(_employee(occupation, basis, service_class, time, needs_review=True), _ALWAYS)


def _one(status: StatusFact, period: Period) -> ServicePreset:
    return ServicePreset(status.occupation, (status,), status.legal_basis, period)


def _employee(
    occupation: str,
    basis: str,
    service_class: ServiceClass | None,
    time: WorkingTime | None,
    *,
    needs_review: bool = False,
) -> StatusFact:
    return StatusFact(
        is_public_employee=True,
        service_class=service_class,
        working_time=time,
        occupation=occupation,
        legal_basis=basis,
        needs_review=needs_review,
    )


def _nobody(occupation: str, basis: str) -> StatusFact:
    return StatusFact(is_public_employee=False, occupation=occupation, legal_basis=basis)


def _presets() -> Iterable[ServicePreset]:
    yield from _city_and_prefecture()
    yield from _national()
    yield from _part_time_special()
    yield from _to_be_looked_at()
    yield from _not_public()
    yield from _changed()


def _city_and_prefecture() -> Iterable[ServicePreset]:
    yield _ordinary("市町村の職員", "地方公務員法の一般職")
    yield _ordinary("生活保護ケースワーカー（市）", "地方公務員法の一般職")
    yield _ordinary("釧路総合振興局の職員", "北海道の一般職。圏域会議では圏域規程第7条第3項によっても不支給")
    yield _ordinary("臨時的任用職員", "地方公務員法第22条の3")
    yield _ordinary("任期付職員", "任期付職員法")
    yield _ordinary("定年前再任用短時間勤務職員", "地方公務員法第22条の4。短時間勤務の職", part=True)
    yield _ordinary("育児休業中・休職中の市職員", "休んでいる間も職員の身分が続く")
    yield _ordinary("他の法人へ派遣中の市職員", "公益的法人等派遣法。職員の身分を持ったまま働く")
    yield _ordinary("公立学校の教員", "教育公務員特例法、地方公務員法の一般職")
    yield _ordinary("警察官", "警察法、地方公務員法の一般職")
    yield _ordinary("市立病院の非常勤医師", "診療に当たる会計年度任用職員。助言の職なら特別職", part=True)
    yield _ordinary("特定地方独立行政法人の職員", "地方独立行政法人法。公務員の身分を持つ型")
    yield _special("市長・副市長・教育長", "地方公務員法第3条第3項。常勤の特別職", full=True)
    yield _special("病院事業管理者・公営企業管理者", "地方公務員法第3条第3項第1号の2", full=True)
    yield _special("常勤の監査委員", "地方自治法第196条。常勤の特別職", full=True)


def _national() -> Iterable[ServicePreset]:
    yield _ordinary("国の職員（ハローワーク等）", "国家公務員法の一般職")
    yield _ordinary("労働基準監督署の職員", "国家公務員法の一般職")


def _part_time_special() -> Iterable[ServicePreset]:
    yield _special("民生委員・児童委員", "民生委員法による委嘱。非常勤の特別職")
    yield _special("主任児童委員", "児童福祉法による指名。民生委員と同じ")
    yield _special("選挙管理委員・農業委員・公平委員", "地方公務員法第3条第3項第1号・第2号")
    yield _special("消防団員・水防団員（非常勤）", "地方公務員法第3条第3項第5号")
    yield _special("学校医・学校歯科医・学校薬剤師", "地方公務員法第3条第3項第3号")
    yield _special("市の産業医（非常勤）", "地方公務員法第3条第3項第3号")
    yield _special("統計調査員（知事任命）", "地方公務員法第3条第3項第3号。調査の期間だけ")
    yield _special("審議会等の委員", "地方公務員法第3条第3項第2号")
    yield _special("家事調停委員・民事調停委員", "国家公務員法第2条第3項第13号。非常勤の裁判所職員")
    yield _special("司法委員・参与員", "国家公務員法第2条第3項第13号。非常勤の裁判所職員")


def _to_be_looked_at() -> Iterable[ServicePreset]:
    general, special, part = ServiceClass.GENERAL, ServiceClass.SPECIAL, WorkingTime.PART
    yield _unclear("保護司", "保護司法。非常勤の国家公務員で、職の別は確認が必要", general, part)
    yield _unclear(
        "国勢調査員", "国勢調査令。総務大臣任命の非常勤の国家公務員、調査の期間だけ", general, part
    )
    yield _unclear("市議会議員・道議会議員", "特別職。常勤・非常勤の別が法律に書かれていない", special, None)
    yield _unclear("市・保健所の嘱託医", "助言なら特別職、診療なら会計年度任用職員。辞令で確認", None, part)
    yield ServicePreset(
        "民生委員で、本業が市の会計年度任用職員",
        (
            _employee("民生委員", "民生委員法", special, part),
            _employee("会計年度任用職員", "地方公務員法第22条の2", general, part),
        ),
        "身分が二つあり、一方は対象外。不支給を提案する",
        Period(_FISCAL_YEAR_APPOINTMENT),
    )
    yield ServicePreset(
        "社会福祉協議会の職員で、保護司",
        (
            _nobody("社会福祉協議会の職員", "社会福祉法人の職員"),
            _employee("保護司", "保護司法", general, part, needs_review=True),
        ),
        "保護司の扱いに従う",
    )


def _not_public() -> Iterable[ServicePreset]:
    yield _private("社会福祉協議会の職員", "社会福祉法人の職員")
    yield _private("社会福祉法人・NPO法人の職員", "民間の法人の職員")
    yield _private("地域包括支援センターの職員（委託）", "受託法人の職員。市の直営なら一般職")
    yield _private("保育所長（社会福祉法人立）", "社会福祉法人の職員。市立なら一般職")
    yield _private("指定管理者・市の受託法人の職員", "民間の法人の職員")
    yield _private("国立大学法人の教職員", "国立大学法人法。平成16年4月から公務員でない")
    yield _private("労災病院・年金機構・協会けんぽの職員", "みなし公務員の規定は、この条の扱いを変えない")
    yield _private("法テラスの職員", "総合法律支援法。みなし公務員の規定は、この条の扱いを変えない")
    yield _private("弁護士・司法書士・税理士", "自営又は法人の職員")
    yield _private("人権擁護委員", "人権擁護委員法第5条により国家公務員法の適用がない")
    yield _private("町内会長・行政区長", "私人への委託が通例。市が特別職に任命していても支給は同じ")
    yield _private("自営業・会社員・無職", "公務員でない")


def _changed() -> Iterable[ServicePreset]:
    """Jobs whose answer depends on the date of the meeting."""
    before, since = Period(date.min, _FISCAL_YEAR_APPOINTMENT), Period(_FISCAL_YEAR_APPOINTMENT)
    yield _special("市の嘱託員", "改正前の地方公務員法第3条第3項第3号", period=before)
    yield _ordinary("市の嘱託員", "会計年度任用職員に移行。地方公務員法第22条の2", part=True, period=since)
    yield _ordinary("会計年度任用職員", "地方公務員法第22条の2", part=True, period=since)
    yield _ordinary("地域おこし協力隊員（会計年度任用）", "地方公務員法第22条の2", part=True, period=since)
    yield _ordinary("釧路公立大学の教員", "一部事務組合の職員", period=Period(date.min, _KUSHIRO_UNIVERSITY))
    yield _private("釧路公立大学の教員", "公立大学法人の教員", period=Period(_KUSHIRO_UNIVERSITY))
    yield _ordinary(
        "国立病院機構の職員", "当時の特定独立行政法人の職員", period=Period(date.min, _NATIONAL_HOSPITALS)
    )
    yield _private("国立病院機構の職員", "平成27年4月から公務員でない", period=Period(_NATIONAL_HOSPITALS))
    yield _ordinary("郵便局員", "当時の日本郵政公社の職員、国家公務員", period=Period(date.min, _POST_OFFICE))
    yield _private("郵便局員", "日本郵便株式会社の社員", period=Period(_POST_OFFICE))


PRESETS: tuple[ServicePreset, ...] = tuple(_presets())
"""All presets, with their periods."""
