"""Lessons: read them, walk a learner through them, prove that they hold.

    document    YAML without YAML 1.1's surprises; every value keeps its file, line and column
    include     worlds and other parts that lessons share
    template    `{{ user }}`: a small, bounded part of Jinja2, rendered after parsing, scalar by scalar
    variables   what fills the templates: fixed, picked, drawn, derived, captured from the wire
    model       format 1 as models; steps/ has one file a step kind, checks/ one file a check
    loader      file -> lesson, or every mistake in it as `file:line:column  CODE  message`
    lint        what a sound file can still do wrong
    runner      the state machine that a learner's lines and answers drive; the interfaces only show it
    prove       replays every solution, shortcut, mistake and prediction of a lesson
    progress    what a learner has done, on disk
    index       the list of lessons, cached, so that the home screen is instant

Importing the package imports none of them: pydantic and jinja2 load with the first lesson, not before.
"""
