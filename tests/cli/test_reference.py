"""`mail-sandbox commands`: what it says is what the registries hold."""

from __future__ import annotations

import json

import pytest

from sandbox.cli import main
from sandbox.cli.reference import PROTOCOLS, _protocol


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_page_holds_every_command_and_state(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    protocol = _protocol(name)
    assert main(["commands", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == protocol.title
    for row in protocol.registry:
        at = lines.index(f"  {row.usage}")
        assert lines[at + 1] == f"      {row.summary}"
        assert f"§{row.ref.section}" in lines[at + 2]
    for state in protocol.states:
        assert any(line.split() == [*state.name.split(), *state.about.split()] for line in lines)


def test_without_a_name_every_protocol_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    pages = []
    for name in PROTOCOLS:
        main(["commands", name])
        pages.append(capsys.readouterr().out)
    main(["commands"])
    assert capsys.readouterr().out == "\n".join(pages)


def test_json_is_the_same_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commands", "--json", "pop3"]) == 0
    rows = {row["verb"]: row for row in json.loads(capsys.readouterr().out)["pop3"]}
    assert rows["DELE"]["states"] == ["TRANSACTION"]
    assert (rows["DELE"]["rfc"], rows["DELE"]["section"], rows["DELE"]["capability"]) == (1939, "5", None)
    assert rows["QUIT"]["states"] == ["AUTHORIZATION", "TRANSACTION"]
    assert rows["UIDL"]["capability"] == "UIDL"


def test_summaries_come_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    main(["commands", "pop3", "--json", "--lang", "es"])
    spanish = {row["verb"]: row["summary"] for row in json.loads(capsys.readouterr().out)["pop3"]}
    main(["commands", "pop3", "--json", "--lang", "en"])
    english = {row["verb"]: row["summary"] for row in json.loads(capsys.readouterr().out)["pop3"]}
    assert spanish.keys() == english.keys()
    assert not [verb for verb in english if english[verb] == spanish[verb]]
