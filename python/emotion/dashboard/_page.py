"""The page: three filters, a line of numbers, four graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._core import EmotionError
from .._needs import needs
from ..outputs.sql_tables import Database
from . import _figures
from ._runs import choose, read_runs
from ._summary import Summary, sum_up

_GRAPHS: dict[str, Callable[[Summary], Any]] = {
    "timeline": _figures.emotion_timeline,
    "heads": _figures.head_count,
    "shares": _figures.shares,
    "plane": _figures.valence_arousal,
}

# none that sends data to another computer
_BUTTONS: Any = {"displaylogo": False, "modeBarButtons": [["toImage", "zoom2d", "pan2d", "resetScale2d"]]}


def make_pages(url: str | None) -> Any:
    """A flask.Flask with the page on a database at / and that for a picture at /picture; without a database only this.

    Raises as make_app.
    """
    need_dash()  # Flask comes with it
    from flask import Flask, redirect

    from ._picture_page import add_picture_page

    if url is None:
        pages = Flask(__name__, static_folder="assets", static_url_path="/assets")
        pages.add_url_rule("/", view_func=lambda: redirect("/picture"))
    else:
        pages = make_app(url).server
    add_picture_page(pages, with_runs=url is not None)
    return pages


def make_app(url: str) -> Any:
    """A dash.Dash on a database. Raises UnsupportedError where Dash is missing, and as emotion.outputs.list_runs."""
    dash = need_dash()
    name = Database(url, for_reading=True).name  # without the password
    read_runs(url)
    app: Any = dash.Dash(__name__, title="emotion dashboard", update_title=None)
    app.layout = lambda: _layout(url, name)
    outputs = [dash.Output("numbers", "children"), *(dash.Output(graph, "figure") for graph in _GRAPHS)]
    inputs = [dash.Input(part, "value") for part in ("days", "sources", "exhibits")]
    app.callback(outputs, inputs)(lambda *filters: _answer(url, *(chosen or () for chosen in filters)))
    return app


def need_dash() -> Any:
    """The package dash; raises UnsupportedError where it is missing."""
    with needs("the dashboard needs the package dash", "dashboard"):
        import dash
    return dash


def _layout(url: str, name: str) -> Any:
    """Made anew for every visit, so that new runs are there; the latest day is chosen."""
    from dash import dcc, html

    try:
        runs = read_runs(url)
    except EmotionError as error:
        return html.Main([html.H1("emotion"), html.P(str(error))])
    days = sorted({run.day for run in runs}, reverse=True)
    filters = {
        "days": ("day", days, days[:1]),
        "sources": ("source", sorted({run.source for run in runs}), []),
        "exhibits": ("exhibit", sorted({run.exhibit for run in runs}), []),
    }
    choices = [
        html.Label([title, dcc.Dropdown(options, chosen, id=part, multi=True, placeholder="all")])
        for part, (title, options, chosen) in filters.items()
    ]
    graphs = [dcc.Graph(id=graph, config=_BUTTONS) for graph in _GRAPHS]
    return html.Main(
        [
            html.H1(["emotion ", html.Small(name), html.A("look at a picture", href="/picture")]),
            html.Div(choices, className="filters"),
            html.P(id="numbers"),
            dcc.Loading(html.Div(graphs, className="graphs"), delay_show=300),
        ]
    )


def _answer(url: str, days: Sequence[str], sources: Sequence[str], exhibits: Sequence[str]) -> list[Any]:
    """The line of numbers and the graphs; what is wrong is said in the line."""
    try:
        summary = sum_up(url, choose(read_runs(url), days, sources, exhibits))
    except EmotionError as error:
        return [str(error), *_figures.empty()]
    return [numbers(summary), *(draw(summary) for draw in _GRAPHS.values())]


def numbers(summary: Summary) -> str:
    """'2 runs, 1,200 frames, 3.4 heads on average, 60 s a point'."""
    if not summary.frames:
        return "no frames of these days, sources and exhibits"
    runs = "1 run" if summary.runs == 1 else f"{summary.runs} runs"
    frames = "1 frame" if summary.frames == 1 else f"{summary.frames:,} frames"
    return f"{runs}, {frames}, {summary.mean_heads:.1f} heads on average, {summary.step_s} s a point"
