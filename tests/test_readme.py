"""What the README says can be typed works as it says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from serving import served

from evals.__main__ import parser as evals_parser
from rag.__main__ import main
from rag.models import Embedder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (rag .*)$", "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL)), re.MULTILINE)
SCRIPT = re.search(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    assert run(["-m", "rag", "sync", "corpus"], folder).returncode == 0
    shutil.copytree(folder / ".rag", folder / ".served")  # of the first, commands of the README forget a part
    return folder


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_every_command_of_the_readme_runs(
    project: Path, shared_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(COMMANDS) >= 11
    monkeypatch.chdir(project)
    for command in COMMANDS:
        try:
            status = main(shlex.split(command)[1:])
        except SystemExit as ended:  # of --help
            status = int(ended.code or 0)
        assert status == 0, f"{command}\n{capsys.readouterr()}"


def test_the_transcript_is_what_the_command_prints(project: Path) -> None:
    for question, printed in re.findall(r'^\$ rag ask "(.*?)"\n(.*?)(?=^\$|^```)', README, re.DOTALL | re.MULTILINE):
        done = run(["-m", "rag", "ask", question], project)
        assert done.stdout.strip() == printed.strip()


def test_the_script_of_the_readme_runs(project: Path) -> None:
    assert SCRIPT is not None
    done = run(["-c", SCRIPT[1]], project)
    assert done.returncode == 0, done.stderr
    assert "Ottoline carries no more than eight persons" in done.stdout


def test_the_request_of_the_readme_is_answered(project: Path) -> None:
    block = re.search(r"```sh\nrag serve corpus &\n(.*?)```", README, re.DOTALL)
    assert block is not None
    words = shlex.split(block[1].replace("\\\n", " "))  # a shell would put the token where $(cat .rag/token) stands
    url, told = words[3], words[-1]
    with served(project / "corpus", store=project / ".served") as running:
        kind = words[5].removeprefix("Content-Type: ")
        assert words[2] == "Authorization: Bearer $(cat .rag/token)"
        answer = httpx.post(
            running.address + urlsplit(url).path,
            headers=running.shown | {"content-type": kind},
            content=told,
            timeout=60,
        ).json()
    assert "no more than eight persons" in answer["text"]


def test_the_gate_of_one_s_own_documents_runs_as_the_readme_says(tmp_path: Path) -> None:
    (block,) = re.findall(r"```\n(rag sync papers.*?)```", README, re.DOTALL)
    (tmp_path / "papers").mkdir()
    shutil.copy(ROOT / "corpus" / "town" / "visitors-guide-2024.html", tmp_path / "papers")
    for line in block.splitlines():
        for command in line.partition("#")[0].split(" && "):
            words = shlex.split(command)
            done = run(["-m", *(words if words[0] == "rag" else words[2:])], tmp_path)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert "PASS: all invariants hold" in done.stdout


def test_every_command_of_the_evals_is_one(tmp_path: Path) -> None:
    commands = re.findall(r"^python -m evals (.*?)(?:  +#.*)?$", README, re.MULTILINE)
    assert {command.split()[0] for command in commands} == {"run", "compare", "mutate", "report", "meta"}
    for command in commands:
        evals_parser().parse_args(shlex.split(command))


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
