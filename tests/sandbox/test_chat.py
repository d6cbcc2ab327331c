"""Chat with the sandbox: what it says, and in which form."""

from __future__ import annotations

import json

import pytest
from returns.result import Success

import hfpipe

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"enum": ["celsius", "fahrenheit"]},
            },
            "required": ["city"],
        },
    },
}
MAIL = {"type": "function", "function": {"name": "send_mail"}}


@pytest.mark.parametrize(
    ("message", "fields", "text", "reason"),
    [
        ("count to 3", {}, "1 2 3", "stop"),
        ("count to 9", {"max_tokens": 2}, "1 2", "length"),
        ("count to 9", {"max_completion_tokens": 3, "max_tokens": 2}, "1 2 3", "length"),
        ("count to 3", {"max_tokens": 3}, "1 2 3", "stop"),
        ("count to 3", {"max_tokens": 0}, None, "length"),
        ("count to 9", {"stop": " 4"}, "1 2 3", "stop"),
        ("count to 9", {"stop": [" 8", " 3"]}, "1 2", "stop"),
        ("count to 9", {"stop": " 4", "max_tokens": 1}, "1", "length"),
    ],
)
def test_lengths_and_stops(chat, message, fields, text, reason):
    """
    An answer ends where `max_tokens` or `stop` say, and tells which of them it was.
    """
    choice = chat(message, **fields)

    assert (text, reason) == (choice["message"]["content"], choice["finish_reason"])


def test_a_message_of_parts(chat):
    """
    The text parts of a message are its text.
    """
    parts = [{"type": "text", "text": "say"}, {"type": "text", "text": "hello"}]

    assert "hello" == chat(parts)["message"]["content"]


def test_only_the_last_message_of_the_user_commands(post):
    """
    What was said before, and what the system says, is no command.
    """
    messages = [
        {"role": "system", "content": "say no"},
        {"role": "user", "content": "say first"},
        {"role": "assistant", "content": "say second"},
        {"role": "user", "content": "say last"},
    ]
    _, body = post("/v1/chat/completions", {"model": "m", "messages": messages})

    assert "last" == body["choices"][0]["message"]["content"]


def test_usage_counts_all_answers(post):
    """
    Usage is of the prompt once, and of each of the `n` answers.
    """
    asked = {"model": "m", "messages": [{"role": "user", "content": "count to 4"}], "n": 3}
    _, body = post("/v1/chat/completions", asked)

    assert [0, 1, 2] == [choice["index"] for choice in body["choices"]]
    assert {"prompt_tokens": 3, "completion_tokens": 12, "total_tokens": 15} == body["usage"]


def test_thoughts_stand_beside_the_answer(hf):
    """
    `think about` gives reasoning, whole and streamed alike.
    """
    asked = "think about tea, then say two words"
    whole = hfpipe.chat_completion(hf, asked).unwrap()
    streamed = hfpipe.chat_completion_stream(hf, asked).unwrap().response().unwrap()

    assert ("I am thinking about tea.", "two words") == (whole.message.reasoning, whole.text)
    assert whole.message == streamed.message


def test_show_the_request(hf):
    """
    `show the request` answers the body that came, byte for byte as JSON.
    """
    answer = hfpipe.chat_completion(hf, "show the request", model="m/n", temperature=0.5).unwrap()

    assert json.loads(answer.text) == {
        "model": "m/n",
        "messages": [{"role": "user", "content": "show the request"}],
        "temperature": 0.5,
        "stream": False,
    }


@pytest.mark.parametrize(
    ("message", "fields", "name", "arguments"),
    [
        ("What is the weather in Paris?", {}, "get_weather", {"city": "Paris", "unit": "celsius"}),
        (
            "The weather in New York in fahrenheit",
            {},
            "get_weather",
            {"city": "New York", "unit": "fahrenheit"},
        ),
        ("Send a mail", {}, "send_mail", {}),
        ("call send_mail", {}, "send_mail", {}),
        ('call get_weather with {"city": "Oslo"}', {}, "get_weather", {"city": "Oslo"}),
        ("hello", {"tool_choice": "required"}, "get_weather", None),
        ("hello", {"tool_choice": {"function": {"name": "send_mail"}}}, "send_mail", {}),
    ],
)
def test_tools_are_called(chat, message, fields, name, arguments):
    """
    A tool is called by name, by choice, or because the message speaks of it; its arguments fit
    its schema, and hold what the message says.
    """
    choice = chat(message, tools=[WEATHER, MAIL], **fields)
    [call] = choice["message"]["tool_calls"]

    assert ("tool_calls", name) == (choice["finish_reason"], call["function"]["name"])
    assert choice["message"]["content"] is None
    assert arguments is None or arguments == json.loads(call["function"]["arguments"])


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("the weather in Paris", {"tool_choice": "none"}),
        ("say weather", {}),
        ("hello", {}),
    ],
)
def test_tools_are_not_called(chat, message, fields):
    """
    No tool is called where none is wanted, or the answer is commanded.
    """
    choice = chat(message, tools=[WEATHER], **fields)

    assert "stop" == choice["finish_reason"]
    assert "tool_calls" not in choice["message"]


def test_the_reply_of_a_tool_ends_the_round(hf):
    """
    A message of a tool is answered with what it says, and not with another call.
    """
    first = hfpipe.chat_completion(hf, "the weather in Paris", tools=[WEATHER]).unwrap()
    asked = {"role": "user", "content": "the weather in Paris"}
    replied = [asked, first.message, first.tool_calls[0].reply({"degrees": 21})]
    second = hfpipe.chat_completion(hf, replied, tools=[WEATHER])

    assert Success('The tool says: {"degrees":21}') == second.map(lambda answer: answer.text)


@pytest.mark.parametrize("count", [1, 2])
def test_streamed_tool_calls_come_in_pieces(hf, count):
    """
    The pieces of a streamed tool call are the whole one, for each of the answers.
    """
    asked = {"tools": [WEATHER], "n": count}
    whole = hfpipe.chat_completion(hf, "the weather in Paris", **asked).unwrap()
    stream = hfpipe.chat_completion_stream(hf, "the weather in Paris", **asked).unwrap()
    chunks = [chunk.unwrap() for chunk in stream]

    assert len(chunks) > 4 * count
    assert [choice.message.tool_calls[0].function for choice in whole.choices] == [
        choice.message.tool_calls[0].function for choice in stream.response().unwrap().choices
    ]


@pytest.mark.parametrize("include", [True, False])
def test_usage_of_a_stream_is_asked_for(hf, include):
    """
    Usage comes in a last chunk of its own, where `stream_options` ask for it.
    """
    options = {"stream_options": {"include_usage": include}}
    stream = hfpipe.chat_completion_stream(hf, "count to 4", **options).unwrap()
    answer = stream.response().unwrap()

    assert (7 if include else None) == (answer.usage and answer.usage.total_tokens)
    assert ("1 2 3 4", "stop") == (answer.text, answer.finish_reason)


def test_logprobs_are_those_of_certainty(chat):
    """
    Each token is certain, and so is its only rival.
    """
    [first, _] = chat("count to 2", logprobs=True, top_logprobs=2)["logprobs"]["content"]

    assert ("1", 0.0, [49]) == (first["token"], first["logprob"], first["bytes"])
    assert ["1"] == [rival["token"] for rival in first["top_logprobs"]]


def test_pictures_in_a_chat_are_described(chat, hf):
    """
    A picture given as a data URL is said in words.
    """
    image = hfpipe.text_to_image(hf, "a red circle on a blue background").unwrap()
    from hfpipe.codec.media import data_url

    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": data_url(image, "image/png")}},
    ]

    assert "I see a red circle on a blue background." == chat(parts)["message"]["content"]


MESSAGES = [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("body", "status", "part"),
    [
        (b"{", 400, "Failed to parse"),
        (b"[1]", 422, "expected an object"),
        ({"messages": MESSAGES}, 422, "`model`"),
        ({"model": "m"}, 422, "`messages`"),
        ({"model": "m", "messages": []}, 422, "`messages`"),
        ({"model": "m", "messages": ["hi"]}, 422, "`messages`"),
        ({"model": "m", "messages": MESSAGES, "temperature": 3}, 422, "`temperature`"),
        ({"model": "m", "messages": MESSAGES, "max_tokens": -1}, 422, "`max_tokens`"),
        ({"model": "m", "messages": MESSAGES, "max_tokens": "many"}, 422, "`max_tokens`"),
        ({"model": "m", "messages": MESSAGES, "n": 0}, 422, "`n`"),
        ({"model": "m", "messages": MESSAGES, "n": 65}, 422, "`n`"),
        ({"model": "m", "messages": MESSAGES, "stop": 1}, 422, "`stop`"),
        ({"model": "m", "messages": MESSAGES, "tools": [{}]}, 422, "`tools`"),
        ({"model": "m", "messages": MESSAGES, "response_format": "json"}, 422, "response_format"),
        ({"model": "m", "messages": MESSAGES, "response_format": {"type": "x"}}, 422, "'x'"),
        (
            {"model": "m", "messages": MESSAGES, "tool_choice": {"function": {"name": "f"}}},
            400,
            "there is no tool 'f'",
        ),
        (
            {
                "model": "m",
                "messages": [
                    {"role": "user", "content": [{"image_url": {"url": "https://x.example"}}]}
                ],
            },
            400,
            "no network",
        ),
    ],
)
def test_bad_requests_are_refused(post, body, status, part):
    """
    What is missing or makes no sense is refused, with words that name it.
    """
    got, told = post("/v1/chat/completions", body)

    assert status == got
    assert part in told["error"]
