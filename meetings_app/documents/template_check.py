"""様式の確認: reads an uploaded Word template before anybody uses it, and tells what is wrong and where.

The file is judged first (`template_file`), then every tag by itself and against sample data, then the sample is
filled in. What the sample holds is what a template may ask for.
"""

import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import docx
from docx.document import Document
from jinja2 import nodes

from meetings_app.core.errors import Refused
from meetings_app.core.explained import Finding
from meetings_app.documents.filling import fill
from meetings_app.documents.template_file import RESAVE, check_file
from meetings_app.documents.template_language import LOOP_FIELDS, USABLE, Fault, checked_tree
from meetings_app.documents.template_tags import MAX_TAGS, Holder, Part, Place, Tag, parts_of, unfilled_texts

MAX_TAG_CHARACTERS: Final = 500
MAX_FINDINGS: Final = 50

_SAMPLE_DAY: Final = date(2000, 1, 1)
_REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class TemplateReport:
    """様式の確認結果: what was found, the filled sample if it could be filled, and the items the template uses.

    `tags` are paths such as 「head.body」 and 「lines[].title」, sorted, all of them among `known_tags`.
    """

    findings: tuple[Finding, ...]
    filled: bytes | None
    tags: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the template may be used: nothing refused, and the sample was filled."""
        return self.filled is not None and all(finding.severity != _REFUSED for finding in self.findings)


def check_template(
    data: bytes, filename: str, sample: Mapping[str, object], *, recommended: Sequence[str] = ()
) -> TemplateReport:
    """Return what is to be said of a template. `recommended` are paths whose absence is noted, no more.

    Raises Refused for a file that is no safe Word document; wrong tags are findings, in the order of the document.
    """
    check_file(data, filename)
    document = _opened(data)
    reader = _Reader(sample)
    for part in parts_of(document):
        reader.read(part)
    reader.findings += _notes(document)
    tags = tuple(sorted(reader.used))
    reader.findings += _missing(recommended, tags)
    filled = None
    if not any(finding.severity == _REFUSED for finding in reader.findings):
        try:
            filled = fill(data, sample, title="見本", dated=_SAMPLE_DAY)
        except Refused as refusal:
            reader.findings.append(Finding("sample_not_filled", refusal.message, _REFUSED))
        else:
            reader.findings += _too_few_rows(data, sample)
    return TemplateReport(tuple(_first(reader.findings)), filled, tags)


def _too_few_rows(data: bytes, sample: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what fails once real lists are shorter than those of the sample: on the day, everybody's papers would."""
    for rows in (0, 1):
        try:
            fill(
                data, {name: _cut(value, rows) for name, value in sample.items()}, title="", dated=_SAMPLE_DAY
            )
        except Refused as refusal:
            message = (
                f"一覧が{rows}件のときに書類を作れません。{refusal.message}"
                "番号などで一覧の一つを指すときは、その前後を if で囲み、件数を確かめてください。"
            )
            yield Finding("short_list_not_filled", message, _REFUSED)
            return


def _cut(value: object, rows: int) -> object:
    """Return a value of the sample with no list in it longer than `rows`."""
    if isinstance(value, Mapping):
        return {name: _cut(inner, rows) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(inner, rows) for inner in value[:rows]]
    return value


def _first(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield as many findings as a person can use."""
    yield from findings[:MAX_FINDINGS]
    rest = len(findings) - MAX_FINDINGS
    if rest > 0:
        message = f"ほかに{rest}件あります。上の誤りを直してから、もう一度確かめてください。"
        severity = _REFUSED if any(finding.severity == _REFUSED for finding in findings) else "warning"
        yield Finding("more_findings", message, severity)


def known_tags(sample: Mapping[str, object]) -> tuple[str, ...]:
    """Return the paths a template may use, in the order of the sample; 「[]」 marks a list to loop over."""
    return tuple(_paths(sample, ""))


def _opened(data: bytes) -> Document:
    try:
        return docx.Document(io.BytesIO(data))
    except Exception as error:  # a damaged document can fail in any way inside the library
        raise Refused(f"ファイルが壊れているため読めません。{RESAVE}") from error


def _notes(document: Document) -> Iterator[Finding]:
    """Yield remarks on texts that stay as they are when a paper is made."""
    for label, text in unfilled_texts(document):
        if label == "コメント":
            message = "様式にコメントが残っています。配る書類に残らないよう、Wordの「校閲」で消してください。"
            yield Finding("comments", message)
        elif "{{" in text or "{%" in text:
            message = f"{label}の中の差し込みは印刷されません。本文、表、ヘッダー、フッター又は脚注に移してください。"
            yield Finding("tag_not_filled", message, _REFUSED)


def _missing(recommended: Sequence[str], used: Sequence[str]) -> Iterator[Finding]:
    for path in recommended:
        if not any(tag == path or tag.startswith((f"{path}.", f"{path}[")) for tag in used):
            message = f"様式に「{path}」の差し込みがありません。省いてよければ、このまま使えます。"
            yield Finding("recommended_tag_missing", message, "info", raw=path)


# --- what the sample holds --------------------------------------------------------------------------------


class _Unknown:
    """不明: a value of which nothing is known, so nothing is said against what is done with it."""


_UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, slots=True)
class _Value:
    """値: what a tag reached: the sample's own value, and the path that led to it."""

    sample: object
    path: str = ""


def _paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        yield f"{path}[]"
        element = _element(value)
        if isinstance(element, Mapping):
            yield from _paths(element, f"{path}[]")
    else:
        yield path


def _element(values: Sequence[object]) -> object:
    """Return one value that has all fields of the values in a list."""
    merged: object = _UNKNOWN
    for value in values:
        merged = value if merged is _UNKNOWN else _merged(merged, value)
    return merged


def _merged(one: object, other: object) -> object:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        shared = {name: _merged(one[name], other[name]) for name in one if name in other}
        return {**one, **other, **one, **shared}
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return [*one, *other]
    return one


# --- reading tags -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Block:
    """まとまり: a for or an if that is open, with the names it brings."""

    tag: Tag
    names: Mapping[str, _Value]


_CLOSERS: Final = {"endfor": "for", "endif": "if"}
_LOOP: Final = dict.fromkeys(LOOP_FIELDS, 1)


class _Reader:
    """様式の読み手: goes through the tags in order, keeping account of open loops and conditions."""

    def __init__(self, sample: Mapping[str, object]) -> None:
        self.findings: list[Finding] = []
        self.used: set[str] = set()
        self._top = {name: _Value(value, name) for name, value in sample.items()}
        self._known = known_tags(sample)
        self._open: list[_Block] = []
        self._tag: Tag | None = None

    def read(self, part: Part) -> None:
        """Read one part. Blocks do not reach from one part into another."""
        if part.tracked:
            message = f"{part.label}に変更履歴が残っています。Wordの「校閲」ですべて承諾してから保存し直してください。"
            self.findings.append(Finding("tracked_changes", message, _REFUSED))
        if part.hidden:
            message = (
                f"{part.label}のフィールド、数式又は画像の説明（代替テキスト）の中に差し込みのかっこがあります。"
                "差し込みは文章の中に書いてください。"
            )
            self.findings.append(Finding("hidden_tag", message, _REFUSED))
        if len(part.tags) > MAX_TAGS:
            message = f"{part.label}の差し込みが{MAX_TAGS:,}か所を超えています。様式を分けてください。"
            self.findings.append(Finding("too_many_tags", message, _REFUSED))
            return
        for stray in part.strays:
            self._told("unclosed_tag", stray.place, _stray_sentence(stray.text), stray.text)
        for tag in part.tags:
            self._read_tag(tag)
        for block in self._open:
            end = f"end{block.tag.word}"
            self._object(
                "unclosed_block",
                block.tag,
                f"{block.tag.text} を閉じる {_like(block.tag, end)} がありません。",
            )
        self._open.clear()

    def _read_tag(self, tag: Tag) -> None:
        if tag.sign == "{#":
            return
        objection = _form_objection(tag)
        if objection:
            self._object("malformed_tag", tag, objection)
        elif tag.sign == "{{":
            self._read_expression(tag)
            return
        if tag.sign == "{%":
            self._read_statement(tag, spoken=bool(objection))

    def _read_expression(self, tag: Tag) -> None:
        tree = self._parsed(tag, f"{{{{ {tag.inner} }}}}")
        if tree is None:
            return
        for output in tree.find_all(nodes.Output):
            for node in output.nodes:
                value = self._value(node, tag)
                if isinstance(value.sample, Mapping | list | tuple):
                    self._object("not_printable", tag, _unprintable(value))

    def _read_statement(self, tag: Tag, *, spoken: bool) -> None:
        """Read a for, if, …; `spoken`: its form was objected to already, but it opens or closes all the same."""
        if tag.word in ("for", "if"):
            names = {} if spoken else self._opened_names(tag)
            self._open.append(_Block(tag, names))
        elif tag.word in ("else", "elif"):
            self._read_alternative(tag)
        elif tag.word in _CLOSERS:
            self._close(tag)
        elif not spoken:
            self._object("unknown_statement", tag, _unknown_statement(tag))

    def _opened_names(self, tag: Tag) -> Mapping[str, _Value]:
        tree = self._parsed(tag, f"{{% {tag.inner} %}}{{% end{tag.word} %}}")
        loop = tree.find(nodes.For) if tree else None
        if loop is None:
            condition = tree.find(nodes.If) if tree else None
            if condition is not None:
                self._value(condition.test, tag)
            return _guessed_names(tag)
        rows = self._value(loop.iter, tag)
        names = self._loop_names(loop, rows, tag)
        if loop.test is not None:
            self._open.append(_Block(tag, names))
            self._value(loop.test, tag)
            self._open.pop()
        return names

    def _loop_names(self, loop: nodes.For, rows: _Value, tag: Tag) -> Mapping[str, _Value]:
        element: object = _UNKNOWN
        if isinstance(rows.sample, list | tuple):
            element = _element(rows.sample)
        elif rows.sample is not _UNKNOWN:
            self._object("not_a_list", tag, f"「{rows.path}」は一覧ではないため、for で繰り返せません。")
        target = loop.target.name if isinstance(loop.target, nodes.Name) else ""
        return {target: _Value(element, f"{rows.path}[]"), "loop": _Value(_LOOP)}

    def _read_alternative(self, tag: Tag) -> None:
        if not self._open:
            self._object("unopened_block", tag, f"{tag.text} の前に if がありません。")
            return
        self._compare(self._open[-1].tag, tag)
        if tag.word == "elif":
            tree = self._parsed(tag, f"{{% if 1 %}}{{% {tag.inner} %}}{{% endif %}}")
            for condition in tree.find_all(nodes.If) if tree else ():
                self._value(condition.test, tag)
        elif tag.inner != "else":
            self._object(
                "malformed_tag", tag, "else の後には何も書けません。条件を書くなら elif にしてください。"
            )

    def _close(self, tag: Tag) -> None:
        opener = _CLOSERS[tag.word]
        if not self._open:
            self._object("unopened_block", tag, f"{tag.text} に対応する {opener} が前にありません。")
            return
        block = self._open.pop()
        if block.tag.word != opener:
            wanted = _like(block.tag, f"end{block.tag.word}")
            self._object("crossed_blocks", tag, f"{block.tag.text} を先に {wanted} で閉じてください。")
            return
        self._compare(block.tag, tag)

    def _compare(self, start: Tag, end: Tag) -> None:
        """Object where start and end would cut the document apart."""
        if start.level != end.level:
            message = (
                f"{start.text} と {end.text} の種類が違います。{_like(start, end.inner)} と書いてください。"
            )
            self._object("crossed_blocks", end, message)
        elif not _same_holder(start.level, start.holder, end.holder):
            message = f"{start.text} と {end.text} が{_TOGETHER[start.level]}にありません。同じところに置いてください。"
            self._object("crossed_blocks", end, message)

    # --- expressions --------------------------------------------------------------------------------------

    def _parsed(self, tag: Tag, source: str) -> nodes.Template | None:
        try:
            return checked_tree(source)
        except Fault as fault:
            self._object("malformed_tag", tag, fault.message)
            return None

    def _value(self, node: nodes.Node, tag: Tag) -> _Value:
        """Return what an expression reaches, objecting to names that the sample does not hold."""
        if isinstance(node, nodes.Name):
            return self._named(node.name, tag)
        if isinstance(node, nodes.Getattr):
            return self._field(self._value(node.node, tag), node.attr, tag, _written(node.node))
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._field(self._value(node.node, tag), node.arg.value, tag, _written(node.node))
        inner = [self._value(child, tag) for child in node.iter_child_nodes()]
        if isinstance(node, nodes.Filter) and node.name in ("first", "last", "default"):
            return _of_filter(node.name, inner[0])
        return _Value(_UNKNOWN)

    def _named(self, name: str, tag: Tag) -> _Value:
        for block in reversed(self._open):
            if name in block.names:
                return self._reached(block.names[name])
        if name in self._top:
            return self._reached(self._top[name])
        around = [inner for block in self._open for inner in block.names if inner]
        self._object_unknown(tag, name, [*self._top, *around], name)
        return _Value(_UNKNOWN)

    def _field(self, base: _Value, key: object, tag: Tag, written: str) -> _Value:
        """Return a field of a value; `written` is how the tag itself says that value."""
        if base.sample is _UNKNOWN:
            return _Value(_UNKNOWN)
        if isinstance(base.sample, Mapping):
            if key in base.sample:
                path = f"{base.path}.{key}" if base.path else ""
                return self._reached(_Value(base.sample[key], path))
            self._object_unknown(tag, str(key), [str(name) for name in base.sample], f"{written}.{key}")
        elif isinstance(base.sample, list | tuple) and isinstance(key, int):
            return self._reached(_Value(_element(base.sample), f"{base.path}[]"))
        else:
            what = "一覧" if isinstance(base.sample, list | tuple) else "文字や数"
            advice = (
                "for で繰り返して中の項目を指してください。"
                if what == "一覧"
                else "「.」以下を消してください。"
            )
            self._object("unknown_tag", tag, f"「{written}」は{what}なので「.{key}」はありません。{advice}")
        return _Value(_UNKNOWN)

    def _reached(self, value: _Value) -> _Value:
        if value.path and isinstance(value.sample, list | tuple):
            self.used.add(f"{value.path}[]")
        elif value.path and not isinstance(value.sample, Mapping):
            self.used.add(value.path)
        return value

    def _object_unknown(self, tag: Tag, name: str, near: Sequence[str], written: str) -> None:
        """Object to a name, suggesting the same name elsewhere, or one like it."""
        ends = (known.removesuffix("[]").rsplit(".", 1) for known in self._known)
        elsewhere = [".".join(end) for end in ends if len(end) > 1 and end[-1] == name and "[]" not in end[0]]
        close = elsewhere[:1] or difflib.get_close_matches(name, near, n=1)
        ask = f"「{close[0]}」ではありませんか。" if close else "使える項目の一覧から選んでください。"
        self._object("unknown_tag", tag, f"「{written}」という項目はありません。{ask}")

    def _object(self, code: str, tag: Tag, message: str) -> None:
        self._told(code, tag.place, message, tag.text)

    def _told(self, code: str, place: Place, message: str, raw: str) -> None:
        self.findings.append(Finding(code, f"{place}：{message}", _REFUSED, raw=raw))


def _written(node: nodes.Node) -> str:
    """Return a value as a tag says it: 「line.case」."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return _written(node.node) if isinstance(node, nodes.Getitem) else "その値"


def _of_filter(name: str, value: _Value) -> _Value:
    if name == "default":
        return value
    if isinstance(value.sample, list | tuple):
        return _Value(_element(value.sample), f"{value.path}[]")
    return _Value(_UNKNOWN)


def _guessed_names(tag: Tag) -> Mapping[str, _Value]:
    """Return the name a broken loop seems to bring, so that its uses are not objected to once more."""
    words = tag.inner.split()
    return {words[1]: _Value(_UNKNOWN), "loop": _Value(_LOOP)} if words[0] == "for" and len(words) > 1 else {}


# --- sentences and forms ----------------------------------------------------------------------------------

_TOGETHER: Final = {"": "同じ欄", "r": "同じ欄", "p": "同じ欄", "tc": "同じ行", "tr": "同じ表"}
_UNIT: Final = {"p": "段落", "tc": "欄", "tr": "行"}


def _form_objection(tag: Tag) -> str | None:
    """Return what is wrong with the form of a tag, before its contents are looked at."""
    if len(tag.text) > MAX_TAG_CHARACTERS:
        return f"差し込みが長すぎます。{MAX_TAG_CHARACTERS}字までに直してください。"
    if not tag.inner:
        return "中が空です。項目の名前を書くか、かっこごと消してください。"
    if tag.inner.startswith(("-", "+")) or tag.inner.endswith(("-", "+")):
        return f"かっこの内側の「-」「+」は使えません。取り除いて {tag.sign} と書いてください。"
    if tag.sign == "{{" and tag.level:
        return f"値の差し込みに「{tag.level}」は付けられません。{{{{ {tag.inner} }}}} と書いてください。"
    return _level_objection(tag)


def _level_objection(tag: Tag) -> str | None:
    if tag.sign != "{%" or tag.level not in _UNIT:
        return None
    unit = _UNIT[tag.level]
    if tag.level != "p" and tag.holder.row is None:
        return f"{{%{tag.level} は表の中でだけ使えます。段落なら {{%p と書いてください。"
    if tag.level not in tag.holder.alone:
        return (
            f"{{%{tag.level} %}} のある{unit}は印刷されないため、同じ{unit}のほかの文字や差し込みも消えます。"
            f"このタグだけの{unit}を作ってください。"
        )
    return None


def _same_holder(level: str, start: Holder, end: Holder) -> bool:
    if level == "tr":
        return start.table is end.table
    if level == "tc":
        return start.row is end.row
    return start.container is end.container and (level == "p" or start.wrapping == end.wrapping)


def _like(tag: Tag, inner: str) -> str:
    return f"{{%{tag.level} {inner} %}}"


def _unprintable(value: _Value) -> str:
    if isinstance(value.sample, Mapping):
        inner = "、".join(f"{value.path}.{name}" for name in list(value.sample)[:3])
        return f"「{value.path}」はまとまりなので、そのままでは印刷できません。{inner} などの項目を指してください。"
    return f"「{value.path}」は一覧なので、そのままでは印刷できません。for で繰り返して中の項目を指してください。"


def _unknown_statement(tag: Tag) -> str:
    if tag.word in ("p", "tr", "tc", "r"):
        return f"「{{% {tag.word}」は、間を空けずに「{{%{tag.word} 」と書いてください。"
    close = difflib.get_close_matches(tag.word, ("for", "endfor", "if", "elif", "else", "endif"), n=1)
    ask = f"「{close[0]}」ではありませんか。" if close else USABLE
    return f"「{tag.word}」という指示はありません。{ask}"


def _stray_sentence(text: str) -> str:
    if any(sign in text for sign in "｛｝％"):
        return f"「{text}」が全角です。差し込みのかっこは半角の {{{{ }}}} 又は {{% %}} で書いてください。"
    if text in ("}}", "%}"):
        opener = "{{" if text == "}}" else "{%"
        return f"{text} の前に {opener} がありません。{opener} を補うか、{text} を消してください。"
    closer = {"{{": "}}", "{%": "%}", "{#": "#}"}[text]
    return f"{text} が同じ段落の中で閉じていません。{closer} を補ってください。"
