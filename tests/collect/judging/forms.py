"""Forms written as tables, ready to judge, and filled forms written in few words."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring

from waystation.collect.registry import read_xlsform
from waystation.collect.rules.judging import Judge
from waystation.collect.rules.judging.forms import Field
from waystation.collect.rules.judging.grammar import compiled
from waystation.collect.rules.judging.ground import Carried, Ground
from waystation.collect.rules.judging.nodes import list_node
from waystation.collect.rules.judging.reading import read_nodes
from waystation.collect.rules.judging.values import At, World

ARRIVED = date(2026, 11, 23)


TOWNS = fromstring(
    "<root><item><name>a</name><people>10</people></item><item><name>b</name><people>20</people></item>"
    "<item><name>c</name><people/></item></root>"
)


@cache
def judge_of(table: str) -> Judge:
    """The judge of a form written as a table; one column for each of its words."""
    return Judge(read_xlsform(table.encode()).xform)


def broken(table: str, answers: str, *, arrived: date = ARRIVED, attributes: str = 'id="data"') -> list[str]:
    """What is found in answers: the rule and the place of each finding."""
    found = judge_of(table).findings(f"<data {attributes}>{answers}</data>".encode(), arrived=arrived)
    return [f"{one.rule} {one.place}" for one in found]


def questions(*rows: str, choices: str = "") -> str:
    """A form of questions: type, name, then any of relevant, required, constraint and the rest, as `column=value`."""
    columns = ["relevant", "required", "constraint", "choice_filter", "calculation", "repeat_count", "parameters"]
    lines = ["| survey |", f"| | type | name | label | {' | '.join(columns)} |"]
    for row in rows:
        kind, name, *rest = [word.strip() for word in row.split("|")]
        said = dict(word.split("=", 1) for word in rest)
        lines.append(f"| | {kind} | {name} | {name} | {' | '.join(said.get(column, '') for column in columns)} |")
    return "\n".join(lines) + choices


def raw(instance: str, model: str, body: str) -> Judge:
    """The judge of an XForm that no sheet would make."""
    return Judge(
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:jr="http://openrosa.org/javarosa"><h:head><model><instance>'
        f'<data id="f">{instance}</data></instance>{model}</model></h:head><h:body>{body}</h:body></h:html>'
    )


def found_by(judge: Judge, answers: str) -> list[str]:
    """What a judge finds in answers: the rule and the place of each finding."""
    found = judge.findings(f'<data id="f">{answers}</data>'.encode(), arrived=ARRIVED)
    return [f"{one.rule} {one.place}" for one in found]


YES_NO = """
| choices |
| | list_name | name | label | region |
| | yesno | yes | Yes | |
| | yesno | no | No | |
| | town | a | A | south |
| | town | b | B | south |
| | town | c | C | north |
"""


def worth(expression: str, moment: datetime = datetime(2026, 11, 23, 14, 30), **answers: str):
    """What an expression comes to, asked at the question `here`, beside others; `persons` is a whole number."""
    asked = {"here": "", **answers}
    kinds = {"persons": "int"}
    fields = {name: Field(name, ("data", name), {}, kinds.get(name, "string"), asked=True) for name in asked}
    xml = "".join(f"<{name}>{escape(answer)}</{name}>" for name, answer in asked.items())
    reading = read_nodes(Field("data", ("data",), fields), f'<data id="data">{xml}</data>'.encode())
    node = reading.around.children["data"][0].children["here"][0]
    carried = Carried({"towns": list_node(TOWNS)}, words={"hello": "Hello"})
    return compiled(expression, Ground(("data", "here"), carried)).run(node, At(node, World(reading.around, moment)))
