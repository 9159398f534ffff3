"""Fills a template's macros for all rows of a frame at once.

A macro is rendered once for each shape its rows have, with a slot where each text goes; rows are
then filled in by columns, which is what makes a report of 50,000 conversations a matter of seconds.
A macro's arguments are columns of the frame, told apart by prefix: `is_x` is the value of `x`
itself and `if_x` whether it says anything (both decide which of the macro's branches are
written); `html_x` is markup that a stencil has made; any other argument is text. Text is always
escaped, and control characters, which a browser would swallow, are shown as their pictures.
"""

import re
from typing import Any

import jinja2
import polars as pl
from markupsafe import Markup

from pipeline.errors import StageError

_SLOT = re.compile("\x02([0-9]+)\x03")
_LINES = re.compile(r"(?:(?<=>)|^|(?<=\x03))\n+|\n+(?=<|$)")
"""Line breaks between a macro's tags: a browser would keep each as a node of its own."""

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t\r"}
WRITTEN = {
    "\r\n": "\n",
    "\r": "\n",
    **_PICTURES,
    "\x7f": "\u2421",
    "\u202d": "[LRO]",  # overrides turn the words that follow around: "live" would read as "evil"
    "\u202e": "[RLO]",
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
}
"""What is written for a letter that markup would not carry."""


def escaped(text: pl.Expr) -> pl.Expr:
    """Return a column's text as it may stand in markup."""
    return text.str.replace_many(list(WRITTEN), list(WRITTEN.values()), leftmost=True)


class Stencil:
    """One macro, ready to be filled."""

    def __init__(self, macro: Any, name: str) -> None:  # noqa: ANN401 - Jinja does not type macros
        """Read the macro's arguments; `name` is said in errors."""
        self._macro = macro
        self._name = name
        arguments = list(macro.arguments)
        self._shape = [name for name in arguments if name.startswith(("is_", "if_"))]
        self._parts = [name for name in arguments if name.startswith("html_")]
        told = {*self._shape, *self._parts}
        self._texts = [name for name in arguments if name not in told]

    def fill(self, frame: pl.DataFrame) -> pl.Series:
        """Return the macro's markup for each row.

        Raises:
            StageError: the frame lacks a column that the macro asks for.

        """
        wanted = {*self._texts, *self._parts, *(name[3:] for name in self._shape)}
        missing = sorted(wanted - set(frame.columns))
        if missing:
            raise StageError(f"macro {self._name}: no column {missing[0]}", source="reports/")
        shaped = frame.select(
            *(self._shaped(name, frame.schema[name[3:]]) for name in self._shape),
            *(
                escaped(pl.col(name).cast(pl.String).fill_null("")).alias(f"text {name}")
                for name in self._texts
            ),
            *(pl.col(name).fill_null("").alias(f"text {name}") for name in self._parts),
        ).with_row_index("row")
        if not self._shape:
            return shaped.select(html=self._form(())).to_series()
        filled = [
            part.select("row", html=self._form(shape))
            for shape, part in shaped.partition_by(
                self._shape, as_dict=True, include_key=False
            ).items()
        ]
        if not filled:
            return pl.Series("html", [], dtype=pl.String)
        return pl.concat(filled).sort("row").get_column("html")

    @staticmethod
    def _shaped(name: str, kind: pl.DataType) -> pl.Expr:
        column = pl.col(name[3:])
        if name.startswith("is_"):
            return column.alias(name)
        said = column.fill_null("") != "" if kind == pl.String else column.fill_null(value=False)
        return said.alias(name)

    def _form(self, shape: tuple[object, ...]) -> pl.Expr:
        """Render the macro with a slot for each text, and put columns in the place of slots."""
        names = [*self._texts, *self._parts]
        values: dict[str, object] = dict(zip(self._shape, shape, strict=True))
        values |= {name: _slot(number) for number, name in enumerate(names)}
        pieces = _SLOT.split(_LINES.sub("", str(self._macro(**values))))
        columns = [
            pl.lit(piece) if place % 2 == 0 else pl.col(f"text {names[int(piece)]}")
            for place, piece in enumerate(pieces)
            if piece
        ]
        return pl.concat_str(columns)


class Stencils:
    """The stencils of one template."""

    def __init__(self, environment: jinja2.Environment, template: str) -> None:
        """Compile the template."""
        self._module = environment.get_template(template).module
        self._template = template

    def __getitem__(self, name: str) -> Stencil:
        """Return the stencil of a macro.

        Raises:
            StageError: the template has no such macro.

        """
        macro = getattr(self._module, name, None)
        if macro is None:
            raise StageError(f"no macro {name!r}", source=f"reports/{self._template}")
        return Stencil(macro, name)


def _slot(number: int) -> Markup:
    return Markup(f"\x02{number}\x03")  # noqa: S704 - a number between two marks
