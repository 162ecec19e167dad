"""圏域の課題の集計の CSV: the published table for spreadsheets; what is hidden stays hidden."""

import csv
import io
from collections.abc import Iterator

from meetings_app.documents.cells import defused
from minutes.rules.regional import TOTAL, PublishedTable, places

HEADER = ("category", "municipality", "count")
HIDDEN = "秘匿"


def regional_csv(published: PublishedTable) -> bytes:
    """Return the table as CSV (RFC 4180) in UTF-8 with a byte order mark, as Excel expects it.

    One row per category and municipality in the table's order, then totals per category, per municipality and
    of all, named 「計」. Hidden numbers read 「秘匿」.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_rows(published))
    return text.getvalue().encode("utf-8-sig")


def _rows(published: PublishedTable) -> Iterator[tuple[str, str, str]]:
    for place in places(len(published.categories), len(published.municipalities)):
        row, column = place
        category = TOTAL if row is None else published.categories[row].value
        municipality = TOTAL if column is None else published.municipalities[column]
        number = published.at(place)
        yield defused(category), defused(municipality), HIDDEN if number is None else str(number)
