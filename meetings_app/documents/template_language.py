"""差し込みの書き方: the small part of Jinja that an office's template may use, and filling it within bounds.

Whoever edits a template is trusted with wording, not with the server. So a template reads values and nothing
else: no calls, no attributes of objects, no assignments, no arithmetic that grows. What is not listed here is
refused before anything runs, and what runs is bounded in loops and in size.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes, pass_context
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

MAX_ROUNDS: Final = 20_000
"""Rounds of all loops of one part (body, header) together: a list of 1,000 cases with 10 services and to spare."""
MAX_RESULT: Final = 10_000_000
"""Characters of one filled part."""
LINE_BREAK: Final = "\r"
"""Stands for a line break in filled XML: as a character reference it survives parsing, and no value holds it."""

LOOP_FIELDS: Final = ("index", "index0", "first", "last", "length", "revindex", "revindex0")
FILTERS: Final = ("count", "default", "first", "join", "last", "length")
TESTS: Final = ("defined", "even", "odd")
USABLE: Final = "使えるのは、項目の差し込み（{{ 項目 }}）と、条件（if）、繰り返し（for）です。"

_BUDGET: Final = " rounds left"
"""Under this name the count of a filling is kept; no template can say it, for it holds spaces."""


class Fault(Exception):  # noqa: N818 - a fault of the template, told to a person
    """差し込みの誤り: what is wrong, as a Japanese sentence, and the line of the source (from 1) if known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def checked_tree(source: str) -> nodes.Template:
    """Return the syntax tree of `source`. Raises Fault for bad syntax and for what a template may not do."""
    try:
        tree = _ENVIRONMENT.parse(source)
        problem = next(problems(tree), None)
    except TemplateSyntaxError as error:
        raise Fault(
            "書き方に誤りがあります。かっこや引用符の閉じ忘れがないか確かめてください。", error.lineno
        ) from error
    except (RecursionError, ValueError, MemoryError) as error:  # thousands of brackets or digits
        raise Fault("書き方が複雑すぎます。短い式に直してください。") from error
    if problem is not None:
        raise problem
    return tree


def problems(tree: nodes.Node) -> Iterator[Fault]:
    """Yield what a template may not do, each with its line."""
    for node in tree.find_all(nodes.Node):
        sentence = _objection(node)
        if sentence:
            yield Fault(sentence, node.lineno)


def render(source: str, values: Mapping[str, object]) -> str:
    """Return `source` filled with plain values (dict, list, str, int, bool), escaped for XML.

    A line break in a value becomes the character reference of `LINE_BREAK`. Raises Fault where the template is
    wrong, a value is missing, or the result would grow beyond `MAX_ROUNDS` or `MAX_RESULT`.
    """
    template = _compiled(source)
    pieces: list[str] = []
    size = 0
    try:
        for piece in template.generate({**values, _BUDGET: _Budget()}):
            size += len(piece)
            if size > MAX_RESULT:
                _too_much()
            pieces.append(piece)
    except UndefinedError as error:
        raise Fault(
            f"「{error}」という項目の値がありません。項目の名前を確かめてください。",
            _line_of(error.__traceback__),
        ) from error
    except Fault as fault:
        raise Fault(fault.message, fault.line or _line_of(fault.__traceback__)) from fault
    except TypeError as error:  # comparing a number with a text, adding a text to a number
        message = "比べる値や足す値の種類が合いません。文字は引用符で囲み、数は囲まずに書いてください。"
        raise Fault(message, _line_of(error.__traceback__)) from error
    return "".join(pieces)


@lru_cache(maxsize=32)
def _compiled(source: str) -> Template:
    tree = checked_tree(source)
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno)
    try:
        code = _ENVIRONMENT.compile(tree)
    except (
        SyntaxError,
        RecursionError,
        MemoryError,
    ) as error:  # loops nested deeper than the interpreter allows
        raise Fault("繰り返しや条件の入れ子が深すぎます。浅くしてください。") from error
    return Template.from_code(_ENVIRONMENT, code, {})


def _line_of(trace: TracebackType | None) -> int | None:
    """Return the template's line at which an error arose."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


# --- what may be written ----------------------------------------------------------------------------------

_PLAIN: Final = (
    nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Neg,
)  # fmt: skip


def _objection(node: nodes.Node) -> str | None:
    """Return what speaks against a node, None if nothing does."""
    if isinstance(node, _PLAIN):
        return None
    judge = _JUDGES.get(type(node))
    return judge(node) if judge else f"この書き方は使えません。{USABLE}"


def _judge_name(node: nodes.Name) -> str | None:
    return _inner_name(node.name)


def _judge_getattr(node: nodes.Getattr) -> str | None:
    return _inner_name(node.attr)


def _inner_name(name: str) -> str | None:
    if name.startswith("_"):
        return f"「{name}」のように下線で始まる名前は使えません。一覧にある項目の名前を書いてください。"
    return None


def _judge_getitem(node: nodes.Getitem) -> str | None:
    key = node.arg.value if isinstance(node.arg, nodes.Const) else None
    if isinstance(key, str):
        return _inner_name(key)
    return None if isinstance(key, int) else "角かっこの中には番号か項目の名前だけを書いてください。"


def _judge_for(node: nodes.For) -> str | None:
    if node.recursive or not isinstance(node.target, nodes.Name):
        return "繰り返しは「for 名前 in 一覧」の形で書いてください。"
    return None


def _judge_filter(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS or node.node is None:
        usable = "、".join(FILTERS)
        return f"「|{node.name}」は使えません。「|」の後に使えるのは {usable} です（文字の置換は自動で行われます）。"
    plain = all(isinstance(argument, nodes.Const) for argument in node.args)
    if not plain or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"「|{node.name}」のかっこの中には、引用符で囲んだ文字か数だけを書いてください。"
    return None


def _judge_test(node: nodes.Test) -> str | None:
    if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"「is {node.name}」は使えません。「is」の後に使えるのは {'、'.join(TESTS)} です。"
    return None


def _judge_list(node: nodes.List | nodes.Tuple) -> str | None:
    if all(isinstance(item, nodes.Const) for item in node.items):
        return None
    return "かっこで並べられるのは、引用符で囲んだ文字か数だけです。"


def _judge_call(node: nodes.Call) -> str:
    name = getattr(node.node, "attr", None) or getattr(node.node, "name", "")
    return f"「{name}( )」のような呼び出しは使えません。{USABLE}"


_JUDGES: Final[Mapping[type[nodes.Node], Callable[[Any], str | None]]] = {
    nodes.Name: _judge_name,
    nodes.Getattr: _judge_getattr,
    nodes.Getitem: _judge_getitem,
    nodes.For: _judge_for,
    nodes.Filter: _judge_filter,
    nodes.Test: _judge_test,
    nodes.List: _judge_list,
    nodes.Tuple: _judge_list,
    nodes.Call: _judge_call,
}


# --- how it runs ------------------------------------------------------------------------------------------


class _Missing(StrictUndefined):
    """未定義: says only its own name, for the sentence that tells of it."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class _Budget:
    """残り回数: how many rounds the loops of one filling may still make."""

    def __init__(self) -> None:
        self._left = MAX_ROUNDS

    def spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            _too_much()


def _too_much() -> NoReturn:
    raise Fault("繰り返しが多すぎて書類が大きくなりすぎます。繰り返し（for）を減らしてください。")


class _Environment(ImmutableSandboxedEnvironment):
    """差し込みの環境: values are reached by key or number; attributes and methods of objects never are."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext) and attribute in LOOP_FIELDS:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return obj[argument]  # fails, telling the first name that is missing
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def call(self, *_args: Any, **_kwargs: Any) -> Any:
        raise Fault(f"呼び出しは使えません。{USABLE}")


def _printed(value: object) -> Markup:
    """Return a value as XML text; a yes or no in Japanese."""
    if isinstance(value, bool):
        return Markup("はい" if value else "いいえ")  # noqa: S704 - fixed words
    if isinstance(value, int):
        return Markup(str(value))  # noqa: S704 - digits only
    if isinstance(value, str | Undefined):
        return Markup(str(escape(str(value))).replace("\n", f"&#{ord(LINE_BREAK)};"))  # noqa: S704 - escaped
    raise Fault(
        "一覧やまとまりは、そのままでは印刷できません。繰り返し（for）や「.項目」で中の項目を指してください。"
    )


@pass_context
def _counted(context: Context, values: object) -> Iterator[object]:
    rows = _list(values)
    budget = context[_BUDGET]
    return (row for row in rows if budget.spend() is None)


def _list(values: object) -> list[object]:
    if isinstance(values, Undefined):
        str(values)
    if not isinstance(values, list):
        raise Fault(
            "繰り返し（for）や「|join」に指定できるのは一覧の項目だけです。項目の名前を確かめてください。"
        )
    return values


def _join(values: object, between: object = "") -> str:
    """Join texts of a list only: joining a text letter by letter, again and again, would grow without end."""
    return str(between).join(_text(value) for value in _list(values))


def _text(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise Fault("「|join」でつなげられるのは、文字か数の一覧だけです。")


def _environment() -> _Environment:
    environment = _Environment(autoescape=True, undefined=_Missing, finalize=_printed)
    environment.globals.clear()
    known = environment.filters
    environment.filters = {name: known[name] for name in FILTERS} | {"counted": _counted, "join": _join}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


_ENVIRONMENT: Final = _environment()
