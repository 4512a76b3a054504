"""Two sets of colours: one for a desk, one for a projector in a bright room.

`muted`, `faint` and `rule` are for text that should stand back; `chosen`, `exchange` and `found` lie under text.
"""

from __future__ import annotations

from textual.theme import Theme

DESK = Theme(
    name="desk",
    primary="#79b8ff",
    secondary="#9aa7b8",
    accent="#c9a8ff",
    success="#85d996",
    warning="#e3b765",
    error="#f2827a",
    foreground="#d3dae3",
    background="#11151b",
    surface="#151a22",
    panel="#1d2430",
    dark=True,
    variables={
        "muted": "#8b96a5",
        "faint": "#59636f",
        "rule": "#3b4452",
        "chosen": "#274468",
        "exchange": "#191f28",
        "found": "#6b5523",
    },
)

PROJECTOR = Theme(
    name="projector",
    primary="#003a9e",
    secondary="#333333",
    accent="#6a00a8",
    success="#005c1f",
    warning="#7a4600",
    error="#b30000",
    foreground="#000000",
    background="#ffffff",
    surface="#ffffff",
    panel="#e8e8e8",
    dark=False,
    variables={
        "muted": "#3d3d3d",
        "faint": "#6b6b6b",
        "rule": "#9a9a9a",
        "chosen": "#bcd7ff",
        "exchange": "#f0f0f0",
        "found": "#ffe08a",
    },
)
