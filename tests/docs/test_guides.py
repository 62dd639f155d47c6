"""The guides are true: their queries are sent, their commands are run, and what they name exists."""

import asyncio
import json
import re
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from cms.cli import COMMANDS
from cms.config import PROJECT_ROOT, Settings
from tests.docs.fences import PAGES, Fence, fences_of, is_like, with_answers
from tests.docs.newsroom import Newsroom
from tests.pictures import encoded

SERVER = "http://localhost:8000"
SECONDS_MAX = 120
MARK = "-- the next block --"
TOKEN = "export TOKEN=$(.venv/bin/cms token create --role editor)\n"
QUERIES = [pair for page in PAGES for pair in with_answers(page, "graphql")]
ROUTINES = re.compile(r"\bmake ([a-z]+)")
CALLS = re.compile(r"\bcms ([a-z]+)")
VARIABLES = re.compile(r"`([A-Z][A-Z0-9_]{3,})[=`]")
# Names in capitals that are no settings.
OTHER_CAPITALS = {"IN_USE", "MULTIPART", "POST"}


@pytest.mark.parametrize(("query", "answer"), QUERIES, ids=str)
async def test_a_query_answers_as_the_page_says(
    newsroom: Newsroom, query: Fence, answer: Fence | None
) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.post(f"{newsroom.url}/graphql", json={"query": query.text})
    found = response.json()
    assert "errors" not in found
    assert answer is None or found == json.loads(answer.text), response.text


if shutil.which("curl") is not None:

    @pytest.mark.parametrize("page", [page for page in PAGES if with_answers(page, "sh")])
    async def test_the_commands_of_a_page_do_what_it_says(
        newsroom: Newsroom, page: str, tmp_path: Path
    ) -> None:
        pairs = [*with_answers(page, "sh")]
        said = await run_in(tmp_path, script_of([block for block, _ in pairs]), newsroom)
        parts = said.split(MARK)[1:]
        assert len(parts) == len(pairs), said
        for (block, answer), part in zip(pairs, parts, strict=True):
            if answer is not None:
                assert is_like(json.loads(part), json.loads(answer.text)), f"{block} says {part}"


@pytest.mark.parametrize(
    ("program", "answer"), [pair for page in PAGES for pair in with_answers(page, "python")], ids=str
)
async def test_a_program_does_what_the_page_says(
    newsroom: Newsroom, program: Fence, answer: Fence, tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text(program.text.replace(SERVER, newsroom.url))
    said = await run_in(tmp_path, f"{TOKEN}{sys.executable} program.py", newsroom)
    assert is_like(json.loads(said), json.loads(answer.text)), said


def script_of(blocks: list[Fence]) -> str:
    """The blocks as one script, since later ones use what earlier ones have set; a line between them tells their answers apart."""
    texts = [f"echo '{MARK}'\n{block.text}" for block in blocks]
    has_token = any("TOKEN=" in block.text for block in blocks)
    return "set -eu\n" + ("" if has_token else TOKEN) + "".join(texts)


async def run_in(folder: Path, script: str, newsroom: Newsroom) -> str:
    """Run a script where `.venv/bin/cms` and the repository's files are as in a checkout, and give its output."""
    command = folder / ".venv/bin/cms"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\ncd "{PROJECT_ROOT}" && exec "{sys.executable}" -m cms.cli "$@"\n')
    command.chmod(0o755)
    (folder / "schema").symlink_to(PROJECT_ROOT / "schema")
    if "photo.tif" in script or (folder / "program.py").exists():
        # Large enough to be sent in parts.
        (folder / "photo.tif").write_bytes(encoded(".tif", width=2_400, height=2_400))
    process = await asyncio.create_subprocess_exec(
        "bash",
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **newsroom.environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    text = script.replace(SERVER, newsroom.url).encode()
    said, complaint = await asyncio.wait_for(process.communicate(text), SECONDS_MAX)
    assert process.returncode == 0, said.decode() + complaint.decode()
    return said.decode()


def text_of(page: str) -> str:
    """A page as it stands."""
    return (PROJECT_ROOT / page).read_text(encoding="utf-8")


def code_of(page: str) -> str:
    """What a page shows as code, within its lines and between them."""
    return "\n".join([*re.findall(r"`([^`\n]+)`", text_of(page)), *(block.text for block in fences_of(page))])


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_of_a_page_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert set(ROUTINES.findall(code_of(page))) - targets == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_exists(page: str) -> None:
    assert set(CALLS.findall(code_of(page))) - set(COMMANDS) == set()


@pytest.mark.parametrize("page", ["docs/production.md", "docs/uploads.md"])
def test_every_setting_of_a_page_exists(page: str) -> None:
    settings = {name.upper() for name in Settings.model_fields}
    assert set(VARIABLES.findall(text_of(page))) - settings - OTHER_CAPITALS == set()
