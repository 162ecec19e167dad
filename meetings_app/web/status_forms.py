"""公務員区分の欄: a common job, or the status item by item (第7条第4項)."""

from datetime import date

from honoraria.rules.service_presets import preset_on
from meetings_app.core.terms import ServiceClass, WorkingTime
from meetings_app.services.roster import DeclaredStatus
from meetings_app.web.forms import Form
from meetings_app.web.locale import Translator, mark

EMPLOYEE = (("yes", mark("公務員である")), ("no", mark("公務員でない")))


def declared_statuses(form: Form, valid_from: date, _: Translator) -> list[DeclaredStatus]:
    """Return the statuses of the chosen job as of that day, or the one that was typed."""
    occupation = form.opt_text("preset", _("職"), longest=200)
    if occupation is None:
        return [typed_status(form, _)]
    preset = preset_on(occupation, valid_from)
    if preset is None:
        text = _("「{name}」の見本は、この日にはありません。「自分で入れる」を選び、下の欄に入れてください。")
        form.fail("preset", text.replace("{name}", occupation))
        return []
    return [
        DeclaredStatus(
            bool(one.is_public_employee),
            one.service_class,
            one.working_time,
            one.occupation,
            one.legal_basis,
            one.needs_review,
        )
        for one in preset.statuses
    ]


def typed_status(form: Form, _: Translator) -> DeclaredStatus:
    """Return the status that was typed; somebody who is no public employee has neither class nor working time."""
    is_employee = form.one_of("employee", _("公務員か"), ("yes", "no")) == "yes"
    return DeclaredStatus(
        is_public_employee=is_employee,
        service_class=form.opt_choice("service_class", _("一般職・特別職"), ServiceClass)
        if is_employee
        else None,
        working_time=form.opt_choice("working_time", _("常勤・非常勤"), WorkingTime) if is_employee else None,
        occupation=form.opt_text("occupation", _("職の名前")) or "",
        legal_basis=form.opt_text("legal_basis", _("任用の根拠")) or "",
        needs_review=is_employee and form.checked("needs_review"),
    )
