"""Bars of a chart as places and sizes, and which numbers are too small to be shown. Pure: a template draws the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

SMALLEST = 5

# A number, or None where it is hidden since it is small.
type Shown = int | None


def shown(number: int) -> Shown:
    """0 says that there was nobody; 1 to 4 would be about so few that it is not shown."""
    return None if 0 < number < SMALLEST else number


def about(number: int) -> Shown:
    """A part of a total, to the nearest 5: that blurs what the total leaves for a small part."""
    return shown(number) if number < SMALLEST else round(number / 5) * 5


@dataclass(frozen=True)
class Bar:
    """`series` counts from 0; `few` is a number that is hidden, drawn low and hollow."""

    x: float
    y: float
    width: float
    height: float
    series: int
    few: bool


@dataclass(frozen=True)
class Tick:
    """A line across the chart at `y`, with its number."""

    y: float
    number: int


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    left: int
    bottom: int
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 200, 40, 12, 176
FEW_HEIGHT = 4.0


def bar_chart(columns: Sequence[Sequence[Shown]]) -> Chart:
    """Bars for columns of equal length, side by side at each place. A 0 has no bar."""
    places = max((len(column) for column in columns), default=0)
    highest = top_of_scale(max((number or 0 for column in columns for number in column), default=0))
    slot = (WIDTH - LEFT) / max(places, 1)
    width = slot * 0.8 / max(len(columns), 1)
    bars = []
    for series, column in enumerate(columns):
        for place, number in enumerate(column):
            if number == 0:
                continue
            height = FEW_HEIGHT if number is None else (BOTTOM - TOP) * number / highest
            x = LEFT + place * slot + slot * 0.1 + series * width
            bars.append(
                Bar(round(x, 1), round(BOTTOM - height, 1), round(width, 1), round(height, 1), series, number is None)
            )
    ticks = tuple(
        Tick(round(BOTTOM - (BOTTOM - TOP) * number / highest, 1), number) for number in (0, highest // 2, highest)
    )
    return Chart(WIDTH, HEIGHT, LEFT, BOTTOM, tuple(bars), ticks)


def top_of_scale(number: int) -> int:
    """The next even round number: 10, 20, 50, 100, 200 and so on."""
    top = 10
    while top < number:
        top = top * 5 // 2 if str(top).startswith("2") else top * 2
    return top
