"""A reader of 総合振込 files, written from the table of the format alone; it uses nothing of the product."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Header:
    consignor_code: str
    consignor: str
    month_day: str
    bank_code: str
    bank: str
    branch_code: str
    branch: str
    kind: str
    number: str


@dataclass(frozen=True)
class Data:
    bank_code: str
    bank: str
    branch_code: str
    branch: str
    clearing_house: str
    kind: str
    number: str
    payee: str
    amount: int
    new_code: str
    customer_code1: str
    customer_code2: str
    designation: str
    identification: str


@dataclass(frozen=True)
class ReadFile:
    header: Header
    data: tuple[Data, ...]
    count: int
    total: int


class Record:
    """One record of 120 bytes, taken from left to right."""

    def __init__(self, record: bytes) -> None:
        if len(record) != 120:
            raise ValueError(f"{len(record)} bytes")
        self._left = record

    def _take(self, width: int) -> str:
        taken, self._left = self._left[:width], self._left[width:]
        return "".join(_sign(byte) for byte in taken)

    def digits(self, width: int) -> str:
        text = self._take(width)
        if not all(sign in "0123456789" for sign in text):
            raise ValueError(f"no digits: {text!r}")
        return text

    def text(self, width: int) -> str:
        text = self._take(width)
        if text.startswith(" ") and text.strip(" "):
            raise ValueError(f"not left-aligned: {text!r}")
        return text.rstrip(" ")

    def raw(self, width: int) -> str:
        return self._take(width)

    def expect(self, text: str) -> None:
        found = self._take(len(text))
        if found != text:
            raise ValueError(f"{found!r} instead of {text!r}")

    def end(self, blanks: int) -> None:
        self.expect(" " * blanks)
        if self._left:
            raise ValueError(f"{len(self._left)} bytes too many")


def _sign(byte: int) -> str:
    """JIS X 0201: ASCII below 0x80, half-width kana from 0xA1 to 0xDF."""
    if 0x20 <= byte < 0x7F:
        return chr(byte)
    if 0xA1 <= byte <= 0xDF:
        return chr(0xFF61 + byte - 0xA1)
    raise ValueError(f"no sign: 0x{byte:02X}")


def split(content: bytes, *, crlf: bool, eof: bool) -> list[bytes]:
    if eof:
        if not content.endswith(b"\x1a"):
            raise ValueError("no 0x1A at the end")
        content = content[:-1]
    width = 122 if crlf else 120
    if len(content) % width:
        raise ValueError(f"{len(content)} bytes")
    records = [content[start : start + width] for start in range(0, len(content), width)]
    if crlf and not all(record.endswith(b"\r\n") for record in records):
        raise ValueError("no CRLF")
    return [record[:120] for record in records]


def read(content: bytes, *, crlf: bool, eof: bool) -> ReadFile:
    first, *middle, trailer, end = split(content, crlf=crlf, eof=eof)
    header = _header(Record(first))
    data = tuple(_data(Record(record)) for record in middle)
    last = Record(trailer)
    last.expect("8")
    count, total = int(last.digits(6)), int(last.digits(12))
    last.end(101)
    closing = Record(end)
    closing.expect("9")
    closing.end(119)
    return ReadFile(header, data, count, total)


def _header(record: Record) -> Header:
    record.expect("1210")
    header = Header(
        consignor_code=record.digits(10),
        consignor=record.text(40),
        month_day=record.digits(4),
        bank_code=record.digits(4),
        bank=record.text(15),
        branch_code=record.digits(3),
        branch=record.text(15),
        kind=record.digits(1),
        number=record.digits(7),
    )
    record.end(17)
    return header


def _data(record: Record) -> Data:
    record.expect("2")
    data = Data(
        bank_code=record.digits(4),
        bank=record.text(15),
        branch_code=record.digits(3),
        branch=record.text(15),
        clearing_house=record.raw(4),
        kind=record.digits(1),
        number=record.digits(7),
        payee=record.text(30),
        amount=int(record.digits(10)),
        new_code=record.digits(1),
        customer_code1=record.digits(10),
        customer_code2=record.digits(10),
        designation=record.digits(1),
        identification=record.raw(1),
    )
    record.end(7)
    return data
