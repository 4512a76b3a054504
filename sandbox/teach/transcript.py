"""The transcript of a lesson: its header, which says what it takes to play it again, and the whole of it in memory."""

from __future__ import annotations

from sandbox import __version__
from sandbox.record.format import Header, append_event, append_header
from sandbox.teach.runner import LessonRunner

__all__ = ["lesson_header", "transcript"]


def lesson_header(runner: LessonRunner) -> Header:
    """The header for a transcript of this lesson, the same whatever language is in use."""
    world = runner.world
    description = world.description
    return Header(
        title=runner.lesson.title.en,
        lesson=runner.lesson.id,
        hosts=tuple(host.name for host in description.hosts),
        users=tuple(user for domain in description.domains for user in domain.users),
        seed=runner.session.learner,
        created=description.start,
        program=f"mail-sandbox {__version__}",
        homes={world.stations[site.home].description.name: site.home for site in world.sites.values()},
    )


def transcript(runner: LessonRunner) -> bytes:
    """All that has happened so far, as `record` writes it to a file."""
    buffer = bytearray()
    append_header(buffer, lesson_header(runner))
    for event in runner.world.journal.events:
        append_event(buffer, event)
    return bytes(buffer)
