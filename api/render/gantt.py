"""A bridge on its calendar as a Gantt picture: an SVG that any browser, notebook or document shows."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

from api.render.words import say_kind, say_number
from engine.results import Bridge

COLOURS = {
    "course": "#0072b2",
    "assessment": "#e69f00",
    "mentorship": "#cc79a7",
    "gig": "#009e73",
    "tour_of_duty": "#d55e00",
    "interim_role": "#56b4e9",
}
"""A colour a kind of move, told apart by colour-blind readers too (Okabe & Ito 2008)."""
OTHER = "#555555"

LABELS, CHART, ROW, TOP, BOTTOM = 330, 620, 30, 64, 40
"""Widths of the two columns, the height of a row, and the room above and below, in pixels."""
LETTERS = 44
"""Letters of a title that fit before the chart."""
TICKS = 12
"""Most weeks that are numbered."""


def draw_gantt(bridge: Bridge) -> str:
    """Draw the moves of a bridge as bars over weeks, in their order, each with its kind, hours and money."""
    weeks = max([1, bridge.weeks, *(step.end_week for step in bridge.steps)])
    height = TOP + ROW * len(bridge.steps) + BOTTOM
    title = f"{bridge.person.name} to {bridge.role.name}"
    total = (
        f"{say_number(bridge.money)} {bridge.currency} and {say_number(bridge.hours)} hours in {bridge.weeks} weeks, "
        f"{say_number(bridge.hours_per_week)} hours a week"
    )
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {LABELS + CHART + 20} {height}",
            "width": str(LABELS + CHART + 20),
            "role": "img",
            "font-family": "system-ui, sans-serif",
            "font-size": "13",
        },
    )
    ET.SubElement(svg, "title").text = title
    ET.SubElement(svg, "desc").text = total
    ET.SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    _write(svg, 10, 22, title, weight="600", size="15")
    _write(svg, 10, 42, total if bridge.steps else "Every requirement is met already", fill=OTHER)
    _draw_weeks(svg, weeks, height)
    for place, step in enumerate(bridge.steps):
        middle = TOP + ROW * place + ROW / 2
        left, right = _find_x(step.start_week - 1, weeks), _find_x(step.end_week, weeks)
        name = f"{step.order}. {step.title}"
        _write(svg, 10, middle + 5, name if len(name) <= LETTERS else name[: LETTERS - 1] + "…")
        bar = ET.SubElement(
            svg,
            "rect",
            {
                "x": f"{left:.1f}",
                "y": f"{middle - 9:.1f}",
                "width": f"{max(3.0, right - left):.1f}",
                "height": "18",
                "rx": "3",
                "fill": COLOURS.get(step.kind, OTHER),
            },
        )
        ET.SubElement(bar, "title").text = (
            f"{step.title} ({say_kind(step.kind)}), weeks {step.start_week}–{step.end_week}: "
            f"{say_number(step.money)} {bridge.currency}, {say_number(step.hours)} hours"
        )
    _draw_legend(svg, [step.kind for step in bridge.steps], height - 12)
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _find_x(week: int, weeks: int) -> float:
    return LABELS + CHART * week / weeks


def _draw_weeks(svg: ET.Element, weeks: int, height: int) -> None:
    every = math.ceil(weeks / TICKS)
    for week in range(0, weeks + 1, every):
        x = f"{_find_x(week, weeks):.1f}"
        line = {"x1": x, "x2": x, "y1": str(TOP), "y2": str(height - BOTTOM), "stroke": "#dddddd"}
        ET.SubElement(svg, "line", line)
        if week < weeks:
            number = f"week {week + 1}" if week == 0 else str(week + 1)
            _write(svg, float(x) + 3, TOP - 6, number, fill=OTHER, size="11")


def _draw_legend(svg: ET.Element, kinds: list[str], y: float) -> None:
    x = 10.0
    for kind in dict.fromkeys(kinds):
        square = {"x": f"{x:.1f}", "y": f"{y - 10:.1f}", "width": "11", "height": "11", "rx": "2"}
        ET.SubElement(svg, "rect", square | {"fill": COLOURS.get(kind, OTHER)})
        _write(svg, x + 16, y, say_kind(kind), size="11")
        x += 34 + 7 * len(say_kind(kind))


def _write(
    svg: ET.Element, x: float, y: float, text: str, *, fill: str = "#111111", size: str = "13", weight: str = "400"
) -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": fill, "font-size": size, "font-weight": weight}
    ET.SubElement(svg, "text", place).text = text
