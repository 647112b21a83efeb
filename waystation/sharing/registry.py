"""What apps put in their folders to be shared: figures; what this app writes by itself: formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps

from waystation.access.models import Actor
from waystation.kernel.registries import things_on
from waystation.kernel.tables import Column, Table

from .problems import IdentityInside, NoSuchFigure, NoSuchFormat
from .warehouse import ask


@dataclass(frozen=True)
class Ask:
    """What is asked of a figure, and by whom: the rights of the asker decide what it reads."""

    by: Actor
    scope: str = "/"
    words: Mapping[str, str] = field(default_factory=dict)
    """Values of the figure's parameters, such as {"round": "11"}."""


Query = Callable[[Ask], Table]


@dataclass(frozen=True)
class Figure:
    """One published table: what it means, what it reads, how it is worked out."""

    title: str
    columns: tuple[Column, ...]
    reads: Mapping[str, Query | str]
    """A query, or the name of another figure, for every table that the SQL names."""
    sql: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The words it may be asked with, each with what it means. An absent one means: the latest."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What a parameter is when it is not given."""
    totals_by: tuple[str, ...] = ()
    """Columns, outermost first, whose totals readers know or can work out; small cells are protected against them."""
    areas: tuple[str, ...] = ()
    """Columns that hold the code of a place, by which a reader may pick rows."""
    basis: Callable[[Ask], Mapping[str, str | int]] = lambda asked: {}
    """What every figure must carry: method, dates, coverage, in words."""
    chart: tuple[str, str] | None = None
    """Label and value columns of the chart that shows it; where the label is empty, the nearest name before it."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the codes of a column, or of a part of the basis, are called, marked for translation."""
    way_back: tuple[str, str] | None = None
    """The page that shows what a publication was made of: its route, and its name, written of parts of the basis."""

    def compute(self, asked: Ask) -> Table:
        """Read with the asker's rights, then ask the warehouse."""
        tables = {name: self._read(read, asked) for name, read in self.reads.items()}
        for name, table in tables.items():
            for column in table.columns:
                if column.shield == "identity":  # what never enters the warehouse cannot leak from it
                    raise IdentityInside(table=name, column=column.name)
        return Table(self.columns, ask(self.sql, tables))

    @staticmethod
    def _read(read: Query | str, asked: Ask) -> Table:
        return figure_called(read).compute(asked) if isinstance(read, str) else read(asked)


@cache
def figures() -> dict[str, Figure]:
    """Every figure of every app, as app.name."""
    return {
        f"{config.label}.{name}": figure
        for config in apps.get_app_configs()
        if config.name.startswith("waystation.")
        for name, figure in things_on(f"{config.name}.figures", Figure).items()
    }


def figure_called(name: str) -> Figure:
    """The figure of that name. Raises NoSuchFigure."""
    if name not in figures():
        raise NoSuchFigure(figure=name, known=", ".join(sorted(figures())))
    return figures()[name]


@dataclass(frozen=True)
class Writer:
    """Turns any table into one format, piece by piece."""

    media: str
    write: Callable[[Table], Iterator[bytes]]


@cache
def writers() -> dict[str, Writer]:
    """Every format, by the end of a file's name."""
    return things_on("waystation.sharing.writers", Writer)


def writer_called(name: str) -> Writer:
    """The writer of one format. Raises NoSuchFormat."""
    if name not in writers():
        raise NoSuchFormat(format=name, known=", ".join(sorted(writers())))
    return writers()[name]
