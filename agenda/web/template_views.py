"""様式の画面の内容: what is in use, the versions, and the names a template may use, as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agenda.papers.contexts import context_of
from agenda.papers.samples import sample_paper
from agenda.papers.tags import TAGS, Tag
from agenda.services.template_versions import PRODUCT, TemplateState, TemplateVersion
from meetings_app.core.terms import PaperKind
from meetings_app.web.heat import say
from meetings_app.web.locale import Locale, Translator, format_day, format_time

SLUGS = {kind: kind.name.lower().replace("_", "-") for kind in PaperKind}
"""What a kind of paper is called in addresses."""

_SIDE_BY_SIDE = {(PaperKind.SEATING, "top"), (PaperKind.SEATING, "bottom")}
"""Lists that are printed in columns."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """様式の版 as lists show it; `back_text` says what the button to go back to it is called, "" where it is in use."""

    name: str
    filename: str
    note: str
    who: str
    when: str
    href: str
    back_text: str
    number: int


@dataclass(frozen=True, slots=True)
class KindView:
    """書類の種類 with what is in use."""

    kind: PaperKind
    href: str
    own: bool
    in_use: str
    who: str
    when: str
    note: str
    number: int
    template_href: str
    product_href: str
    product_text: str


@dataclass(frozen=True, slots=True)
class TagLine:
    """差し込みの項目: what to write in the template, and what it prints."""

    written: str
    meaning: str


@dataclass(frozen=True, slots=True)
class TagGroup:
    """項目のまとまり: the names that stand anywhere (`title` ""), or those of the rows of one list."""

    title: str
    begins: str
    ends: str
    tags: tuple[TagLine, ...]


def kind_view(state: TemplateState, _: Translator, locale: Locale) -> KindView:
    """Return a kind of paper with what is in use."""
    href = f"/settings/templates/{SLUGS[state.kind]}"
    latest = state.latest
    return KindView(
        kind=state.kind,
        href=href,
        own=state.own,
        in_use=_name(latest, _) if latest and latest.own else _("製品の様式"),
        who=latest.added_by if latest else "",
        when=_moment(latest, locale) if latest else "",
        note=latest.note if latest else "",
        number=state.number,
        template_href=f"{href}/versions/{latest.version if latest and latest.own else PRODUCT}",
        product_href=f"{href}/versions/{PRODUCT}",
        product_text=_("製品の様式に戻す") if state.own else "",
    )


def version_lines(
    state: TemplateState, versions: Sequence[TemplateVersion], _: Translator, locale: Locale
) -> tuple[VersionLine, ...]:
    """Return the versions, the latest first. One goes back to what differs from what is in use."""
    href = f"/settings/templates/{SLUGS[state.kind]}"
    used = state.latest.sha256 if state.latest else ""
    return tuple(
        VersionLine(
            name=_name(one, _),
            filename=one.filename,
            note=one.note,
            who=one.added_by,
            when=_moment(one, locale),
            href=f"{href}/versions/{one.version}",
            back_text=say(_("第{n}版に戻す"), n=one.version) if one.own and one.sha256 != used else "",
            number=one.version,
        )
        for one in versions
    )


def file_name(kind: PaperKind, version: int, what: str) -> str:
    """Return what a file is called when it is taken out: 「様式_招集通知_第3版.docx」."""
    return f"{what}_{kind}_{f'第{version}版' if version else '製品'}.docx"


def _name(version: TemplateVersion, _: Translator) -> str:
    if version.own:
        return say(_("事務局の様式 第{n}版"), n=version.version)
    return say(_("製品の様式（第{n}版）"), n=version.version)


def _moment(version: TemplateVersion, locale: Locale) -> str:
    return f"{format_day(version.added_at, locale)} {format_time(version.added_at)}"


# ---- 差し込みの項目


def tag_groups(kind: PaperKind) -> tuple[TagGroup, ...]:
    """Return the names a template of a kind may use: those that stand anywhere, then those of each list."""
    rows: dict[str, list[Tag]] = {}
    for tag in TAGS[kind]:
        rows.setdefault(tag.within, []).append(tag)
    sample = context_of(sample_paper(kind))
    plain = [tag for tag in rows.pop("") if tag.name not in rows]
    meanings = {tag.name: tag.meaning for tag in TAGS[kind]}
    anywhere = TagGroup("", "", "", tuple(_line(tag, sample, "") for tag in plain))
    lists = (_list_group(kind, name, meanings[name], tags, sample) for name, tags in rows.items())
    return (anywhere, *lists)


def _list_group(
    kind: PaperKind, name: str, meaning: str, tags: Sequence[Tag], sample: Mapping[str, object]
) -> TagGroup:
    called = tags[0].name.partition(".")[0]
    by = "tc" if (kind, name) in _SIDE_BY_SIDE else "tr"
    lines = tuple(_line(tag, _first_row(sample, name), called) for tag in tags)
    return TagGroup(meaning, f"{{%{by} for {called} in {name} %}}", f"{{%{by} endfor %}}", lines)


def _line(tag: Tag, values: object, called: str) -> TagLine:
    """Return how a name is written: a yes or no is for a condition, anything else is printed."""
    value = _reached(values, tag.name.removeprefix(f"{called}.") if called else tag.name)
    if isinstance(value, bool):
        return TagLine(f"{{%p if {tag.name} %}}　{{%p endif %}}", tag.meaning)
    return TagLine(f"{{{{ {tag.name} }}}}", tag.meaning)


def _first_row(sample: object, name: str) -> object:
    rows = _reached(sample, name)
    return rows[0] if isinstance(rows, list) and rows else None


def _reached(values: object, path: str) -> object:
    for part in path.split("."):
        values = values.get(part) if isinstance(values, Mapping) else None
    return values
