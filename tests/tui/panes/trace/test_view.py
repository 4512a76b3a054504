"""The widget: what stands where, following the end, staying put on resize, marks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from sandbox.core.message import Msg
from sandbox.i18n import set_language
from sandbox.tui.app import SandboxApp
from sandbox.tui.panes.trace.layout import columns
from sandbox.tui.panes.trace.model import CONTENT, FAULT, NEGATIVE, TLS, TraceModel
from sandbox.tui.panes.trace.search import Search
from sandbox.tui.panes.trace.view import TraceView
from sandbox.tui.theme import DESK


class ViewApp(App[None]):
    CSS_PATH = SandboxApp.CSS_PATH

    def __init__(self, model: TraceModel) -> None:
        super().__init__()
        self.register_theme(DESK)
        self.theme = DESK.name
        self.view = TraceView(model)

    def compose(self) -> ComposeResult:
        yield self.view


@asynccontextmanager
async def showing(model: TraceModel, size: tuple[int, int] = (60, 10)) -> AsyncIterator[tuple[Pilot[None], TraceView]]:
    app = ViewApp(model)
    async with app.run_test(size=size) as pilot:
        app.view.focus()
        await pilot.pause()
        yield pilot, app.view


def trace(exchanges: int, replies: int = 1) -> TraceModel:
    model = TraceModel()
    model.add_connection("laptop", "laptop", "norte.example")
    for number in range(exchanges):
        model.append_line("laptop", "C", number, b"LIST %d\r\n" % number, number)
        for reply in range(replies):
            model.append_line("laptop", "S", number, b"+OK %d.%d\r\n" % (number, reply), number)
    return model


def lines(view: TraceView) -> list[str]:
    return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


async def test_commands_left_replies_right() -> None:
    model = trace(1, 2)
    model.append_line("laptop", "C", 5, b"DATA\r\n", 9, TLS)
    model.append_line("laptop", "S", 6, b"354 go on\r\n", 9, TLS)
    model.append_line("laptop", "C", 7, b"one\r\n", 9, TLS | CONTENT)
    model.append_line("laptop", "C", 7, b".\r\n", 9, TLS | CONTENT)
    model.append_line("laptop", "S", 8, b"554 no\r\n", 9, TLS | NEGATIVE)
    model.append_line("laptop", "C", 9, b"XYZ\r\n", 10, FAULT)
    model.append_note("laptop", 10, Msg("the line broke: neither end closed it"))
    async with showing(model) as (_pilot, view):
        assert [" ".join(line.split()) for line in lines(view)] == [
            "┆ LIST 0 → │← +OK 0.0",
            "┆ │← +OK 0.1",
            "┃ DATA → │← 354 go on",
            "┃ one → │",
            "┃ . → │✗ 554 no",
            "┆ XYZ ✗ │",
            "┆ ╌╌ the line broke: neither end closed it ╌╌",
            "│",
            "│",
            "│",
        ]
        set_language("es")
        view.relabel()
        assert "la línea se cortó" in lines(view)[6]


async def test_it_follows_the_end_until_somebody_looks_elsewhere() -> None:
    model = trace(30)
    async with showing(model) as (pilot, view):
        assert "LIST 29" in lines(view)[-1]
        model.append_line("laptop", "C", 99, b"NOOP\r\n", 99)
        view.flush()
        assert "NOOP" in lines(view)[-1]
        await pilot.press("pageup")
        assert not view.follow
        before = lines(view)
        model.append_line("laptop", "C", 100, b"QUIT\r\n", 100)
        view.flush()
        assert lines(view) == before
        await pilot.press("end")
        assert view.follow
        assert "QUIT" in lines(view)[-1]


async def test_the_wheel_leaves_the_end_and_comes_back() -> None:
    async with showing(trace(30)) as (pilot, view):
        wheel = {"widget": view, "x": 5, "y": 5, "delta_x": 0, "button": 0}
        rest = {"shift": False, "meta": False, "ctrl": False}
        view.post_message(events.MouseScrollUp(**wheel, delta_y=-1, **rest))
        await pilot.pause(0.1)
        assert not view.follow
        for _ in range(5):
            view.post_message(events.MouseScrollDown(**wheel, delta_y=1, **rest))
        await pilot.pause(0.1)
        assert view.follow


async def test_the_command_of_the_first_reply_is_repeated() -> None:
    async with showing(trace(1, 300)) as (pilot, view):
        assert lines(view)[0].startswith("┆ ⋮ LIST 0")
        assert "⋮" not in lines(view)[1]
        await pilot.press("home")
        assert "⋮" not in "".join(lines(view))
        assert lines(view)[0].startswith("▶ LIST 0")


async def test_what_stood_at_the_top_stays_there() -> None:
    model = trace(60)
    for number in range(60):
        model.append_line(
            "laptop", "S", 0, b"a reply that is long enough to be wrapped at any width" * 2 + b"\r\n", number
        )
    async with showing(model) as (pilot, view):
        await pilot.press("home", *["pagedown"] * 6)
        view.scroll_to(y=view.sheet.heights.offset(20), animate=False)
        top = lines(view)[0]
        assert "LIST 20" in top
        await pilot.resize_terminal(90, 16)
        await pilot.pause()
        assert "LIST 20" in lines(view)[0]
        await pilot.press("end")
        for size in ((50, 8), (120, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert view.follow
            assert view.scroll_offset.y == view.max_scroll_y


async def test_what_the_search_found_is_marked_also_across_a_break() -> None:
    model = trace(0)
    before = columns(49).server - 3
    model.append_line("laptop", "S", 0, b"x" * before + b"needle" + b"y" * 30 + b"\r\n", 0)
    async with showing(model, (50, 6)) as (_pilot, view):
        assert view.find(Search("needle")) == 0
        found = view.get_component_rich_style("trace--match", partial=True)
        view._painter.styles["match"] = found + found.parse("underline")  # type: ignore[union-attr,index]
        marked = [
            segment.text
            for y in range(view.size.height)
            for segment in view.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert "".join(marked) == "needle"
        assert len(marked) == 2


async def test_times_come_when_there_is_room() -> None:
    model = trace(1)
    model.append_line("laptop", "S", 2_500_000_000, b"late\r\n", 0)
    async with showing(model, (100, 6)) as (_pilot, view):
        assert lines(view)[0].split()[0] == "0.000"
        assert lines(view)[1].split()[0] == "2.500"


async def test_two_connections_have_names_and_one_alone_has_none() -> None:
    model = trace(2)
    async with showing(model) as (_pilot, view):
        assert "laptop" not in lines(view)[0]
        model.add_connection("phone", "phone", "norte.example")
        model.append_line("phone", "C", 9, b"STAT\r\n", 0)
        view.flush()
        assert lines(view)[0].startswith("laptop ┆ LIST 0")
        assert lines(view)[2].startswith("phone  ┆ STAT")
        view.show_connection("phone")
        assert lines(view)[0].startswith("┆ STAT")
        view.show_connection(None)
        assert lines(view)[2].startswith("phone  ┆ STAT")


async def test_a_line_that_never_ends_is_shown_in_part() -> None:
    model = trace(0)
    model.append_line("laptop", "C", 0, b"A" * 100_000 + b"\r\n", 0)
    async with showing(model) as (_pilot, view):
        assert "+95904" in lines(view)[-1]
        assert view.sheet.heights.total < 300
