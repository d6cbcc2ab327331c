"""The command line: answers on standard output, the rest on standard error, an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer
from io import StringIO

import pytest

import hfpipe
from hfpipe.cli import terminal
from hfpipe.cli.main import main
from hfpipe.cli.outcomes import exit_code
from hfpipe.cli.serving import Handler

SANDBOX = ("-p", "sandbox")


@pytest.fixture
def told(capsys):
    """`told(*arguments)`: the exit code, standard output and standard error of a command."""

    def run(*arguments):
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_chat_is_its_text(told):
    """
    Nothing but the answer is on standard output.
    """
    assert (0, "1 2 3\n", "") == told("chat", "count to 3", *SANDBOX)


def test_a_chat_as_json_is_the_whole_answer(told):
    """
    One line, in the wire's shape.
    """
    code, out, _ = told("chat", "say hello", "--json", *SANDBOX)

    assert 0 == code
    assert "hello" == json.loads(out)["choices"][0]["message"]["content"]
    assert 1 == len(out.splitlines())


def test_fields_reach_the_model(told):
    """
    Options of the command are fields of the request.
    """
    _, out, _ = told(
        "chat", "show the request", "--system", "be kind", "--max-tokens", "900",
        "--temperature", "0.5", "--seed", "3", *SANDBOX,
    )  # fmt: skip
    body = json.loads(out)

    assert ["system", "user"] == [message["role"] for message in body["messages"]]
    assert (900, 0.5, 3) == (body["max_tokens"], body["temperature"], body["seed"])


def test_input_from_a_file_and_from_standard_input(told, tmp_path, monkeypatch):
    """
    `@file` and `-`.
    """
    asked = tmp_path / "asked.txt"
    asked.write_text("say from a file")
    monkeypatch.setattr("sys.stdin", StringIO("say from a file"))

    assert "from a file\n" == told("chat", f"@{asked}", *SANDBOX)[1]
    assert "from a file\n" == told("chat", "-", *SANDBOX)[1]
    monkeypatch.setattr("sys.stdin", StringIO("say piped"))
    assert "piped\n" == told("chat", *SANDBOX)[1]
    code, _, err = told("chat", "@nowhere.txt", *SANDBOX)
    assert 2 == code
    assert "nowhere.txt cannot be read" in err


class Terminal(StringIO):
    """Standard input that somebody sits at."""

    def isatty(self):
        return True


TALK = "say one\nfail with 402\n\nshow the request\n/clear\nshow the request\n"


def test_a_talk_keeps_what_was_said(told, monkeypatch):
    """
    Without a prompt each line is a turn; what failed is forgotten, `/clear` forgets all.
    """
    monkeypatch.setattr("sys.stdin", Terminal(TALK))

    code, out, err = told("chat", *SANDBOX)
    first, second = (json.loads(line) for line in out.replace("> ", "").splitlines()[1:])

    assert 0 == code
    assert ["say one", "one", "show the request"] == [m["content"] for m in first["messages"]]
    assert ["show the request"] == [m["content"] for m in second["messages"]]
    assert "out_of_credits" in err


CODES = [
    ("fail with 401", 3, "invalid_token"),
    ("fail with 403", 3, "missing_permission"),
    ("fail with 429 after 0 s", 4, "rate_limited"),
    ("fail with 402", 4, "out_of_credits"),
    ("fail with 504", 5, "timeout"),
    ("fail with 500", 1, "server_error"),
    ("break with truncation: count to 9", 6, "truncated"),
    ("break with error: count to 9", 1, "in_band"),
]


@pytest.mark.parametrize(("prompt", "code", "name"), CODES)
def test_a_failure_has_its_exit_code(told, prompt, code, name):
    """
    What happened and what to do about it are on standard error.
    """
    got, _, err = told("chat", prompt, *SANDBOX)

    assert code == got
    assert f"({name}):" in err
    assert f"docs/errors.md#{name}" in err


def test_a_failure_as_json(told):
    """
    For programs, on standard error too.
    """
    code, out, err = told("chat", "fail with 402", "--json", *SANDBOX)

    assert (4, "") == (code, out)
    assert ("out_of_credits", 402) == (
        (error := json.loads(err)["error"])["code"],
        error["status"],
    )


USAGE = [
    ("chat", "hi", "--no-such-option"),
    ("nothing",),
    ("run", "text-to-imgae", "x"),
    ("chat", "hi", "--model", "a b"),
    ("chat", "hi", "-p", "grok"),
    ("run", "summarization", "x", "--set", "nothing", *SANDBOX),
    ("run", "summarization", "x", "--parameters", "[1]", *SANDBOX),
    ("run", "question-answering", "no json", *SANDBOX),
    ("run", "image-classification", "nowhere.png", *SANDBOX),
    ("chat", "hi", "--timeout", "soon"),
]


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_a_slip_is_told_and_is_2(told, arguments):
    """
    Nothing is on standard output, and something to read on standard error.
    """
    code, out, err = told(*arguments)

    assert (2, "") == (code, out)
    assert err.strip()


def test_no_command_is_help(told):
    """
    Help on standard output, and the exit code of a misuse.
    """
    code, out, _ = told()

    assert 2 == code
    assert "Usage: hfpipe COMMAND" in out
    assert 0 == told("--help")[0]


def test_a_token_is_never_an_argument(told):
    """
    What is in an argument is in every list of processes.
    """
    assert 2 == told("chat", "hi", "--token", "hf_x", *SANDBOX)[0]


def test_a_picture_is_saved_and_its_path_printed(told, tmp_path):
    """
    At the wanted size.
    """
    path = tmp_path / "sun.png"

    code, out, _ = told(
        "image", "a red sun", "-o", str(path), "--width", "32", "--height", "16", *SANDBOX
    )

    assert (0, f"{path}\n") == (code, out)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_speech_and_back(told, tmp_path):
    """
    `run` saves a sound, `transcribe` reads it.
    """
    path = tmp_path / "words.wav"

    assert 0 == told("run", "text-to-speech", "hello there", "-o", str(path), *SANDBOX)[0]
    assert (0, "hello there\n", "") == told("transcribe", str(path), *SANDBOX)


def test_run_takes_what_the_task_takes(told):
    """
    JSON where the task takes several things, parameters one by one or all at once.
    """
    asked = json.dumps({"question": "Where?", "context": "She lives in Oslo."})
    code, out, _ = told("run", "question_answering", asked, *SANDBOX)
    labelled = told(
        "run", "zero-shot-classification", "a cat", "--set", 'candidate_labels=["cat","rust"]',
        *SANDBOX,
    )  # fmt: skip

    assert 0 == code
    assert "answer" in out
    assert "cat" == json.loads(labelled[1])[0]["label"]
    assert "It rains.\n" == told("run", "summarization", "It rains. It pours.", *SANDBOX)[1]


def test_embeddings(told):
    """
    A line of JSON for each text; or how near they are.
    """
    code, out, _ = told("embed", "a cat", "the cat", "rust", *SANDBOX)
    matrix = told("embed", "a cat", "the cat", "rust", "--matrix", *SANDBOX)[1].split()

    assert 0 == code
    assert 3 == len({len(json.loads(line)) for line in out.splitlines()} | {1, 2})
    assert "1.000" == matrix[0]
    assert float(matrix[1]) > float(matrix[2])


def test_explain_sends_nothing(told, monkeypatch):
    """
    The command that would send it, with the token as a variable.
    """
    monkeypatch.setenv("HF_TOKEN", "hf_canary")
    code, out, _ = told("explain", "chat", "it's me", "-m", "org/name", "--set", "seed=3")
    stages = told("explain", "chat", "-m", "org/name", "--form", "stages")[1]
    http = told("explain", "chat", "-m", "org/name", "--form", "http")[1]

    assert 0 == code
    assert out.startswith("curl https://router.huggingface.co/v1/chat/completions")
    assert '"authorization: Bearer $HF_TOKEN"' in out
    assert '"seed":3' in out
    assert "merge" in stages
    assert http.startswith("POST /v1/chat/completions HTTP/1.1")
    assert "hf_canary" not in out + stages + http


def test_providers(told):
    """
    Who does what, as a table and as JSON.
    """
    _, table, _ = told("providers", "--task", "text-to-video")
    _, out, _ = told("providers", "--json")

    assert "fal-ai" in table
    assert "groq" not in table
    assert ["conversational"] == json.loads(out)["cerebras"]


def test_version(told):
    """
    For reports of bugs.
    """
    _, out, _ = told("version", "--json")

    assert hfpipe.__version__ == json.loads(out)["hfpipe"]
    assert f"hfpipe {hfpipe.__version__}" == told("version")[1].splitlines()[0]


def test_the_demo(told):
    """
    Each of its five steps, in their order.
    """
    code, out, err = told("demo")

    assert (0, "") == (code, err)
    shown = ["1 2 3", "1.00  a cat", "sea.png", "curl https://", "missing_permission"]
    places = [out.index(words) for words in shown]
    assert sorted(places) == places


def test_every_code_has_an_exit_code():
    """
    From 1 to 6, never 0.
    """
    from hfpipe.hints import CODES

    codes = {exit_code(hfpipe.ProviderApiError("x", code=code)) for code in CODES}

    assert {1, 3, 4, 5, 6} == codes
    assert 2 == exit_code(hfpipe.InputError("x"))


def test_a_reader_that_leaves_is_no_error():
    """
    `hfpipe ... | head` ends in silence.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "hfpipe", "chat", "write 200000 words", *SANDBOX],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert b"" == process.stderr.read()


def test_without_the_extra_one_line_says_how(tmp_path):
    """
    The library is there, the argument library is not.
    """
    (tmp_path / "cyclopts.py").write_text("raise ModuleNotFoundError('no', name='cyclopts')")

    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from hfpipe.cli.main import main; sys.exit(main(['version']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )

    assert (2, "") == (ended.returncode, ended.stdout)
    assert "pip install 'hfpipe[cli]'" in ended.stderr


PNG = hfpipe.Media(b"\x89PNG\r\n\x1a\n" * 2000, "image/png")
DRAWN = [
    ({"KITTY_WINDOW_ID": "1"}, "\x1b_Ga=T,f=100,m=1;"),
    ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]1337;File=inline=1;size=16000:"),
    ({"TERM": "xterm"}, ""),
]


@pytest.mark.parametrize(("environ", "start"), DRAWN)
def test_a_picture_is_drawn_where_the_terminal_can(environ, start):
    """
    By the terminal's own protocol, and not at all elsewhere.
    """
    drawn = terminal.inline(PNG, environ)

    assert drawn.startswith(start)
    assert bool(start) == bool(drawn)
    assert "" == terminal.inline(hfpipe.Media(b"x", "audio/wav"), environ)


@pytest.fixture
def served():
    """The sandbox behind a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def test_the_sandbox_behind_a_port(served, told):
    """
    Whole, streamed and refused as in the process itself.
    """
    at = ("--endpoint-url", served)

    assert (0, "1 2 3\n") == told("chat", "count to 3", *at)[:2]
    assert "hello" in told("chat", "say hello", "--json", *at)[1]
    assert 4 == told("chat", "fail with 402", *at)[0]
    assert 6 == told("chat", "break with truncation: count to 9", *at)[0]
