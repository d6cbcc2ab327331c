"""The text tasks of the sandbox."""

from __future__ import annotations

import pytest
from returns.result import Success

import hfpipe
from hfpipe.sandbox.vectors import near, vector

CAT, CATS, STOCKS = "a black cat", "the black cats", "stock prices fell"


def test_similar_texts_are_near():
    """
    Texts with words in common are nearer than texts without.
    """
    assert near(CAT, CAT) > near(CAT, CATS) > near(CAT, STOCKS)
    assert pytest.approx(1.0, abs=1e-5) == near(CAT, CAT)


@pytest.mark.parametrize("size", [1, 16, 256, 1024])
def test_vectors_have_the_wanted_size_and_length_one(hf, size):
    """
    `dimensions` is the size of a vector, and its length is one unless `normalize` is false.
    """
    [found] = hfpipe.embed(hf, [CAT], dimensions=size).unwrap()

    assert size == len(found)
    assert pytest.approx(1.0, abs=1e-3) == sum(number * number for number in found)
    assert sum(one * one for one in vector(CAT, size, unit=False)) > 1.5


def test_one_text_gives_one_vector(hf):
    """
    A text gives numbers, a list of texts a vector each; vectors are the same in every process.
    """
    one = hfpipe.feature_extraction(hf, CAT).unwrap()
    several = hfpipe.feature_extraction(hf, [CAT, STOCKS]).unwrap()

    assert tuple(one) == tuple(several[0]) != tuple(several[1])
    assert (1.0, 0.0) == vector("a", 2) != vector("c", 2)


@pytest.mark.parametrize(
    ("task", "body", "answer"),
    [
        ("summarization", {"inputs": "It rains. It pours."}, [{"summary_text": "It rains."}]),
        ("summarization", {"inputs": ""}, [{"summary_text": ""}]),
        (
            "summarization",
            {"inputs": ["A! B.", "C"]},
            [{"summary_text": "A!"}, {"summary_text": "C"}],
        ),
        ("translation", {"inputs": "Hello"}, [{"translation_text": "Ellohay"}]),
        (
            "translation",
            {"inputs": "an apple", "parameters": {"tgt_lang": "fr"}},
            [{"translation_text": "[fr] anway appleway"}],
        ),
        ("tabular-regression", {"inputs": {"data": {"a": ["1", 2], "b": ["3", "x"]}}}, [2.0, 2.0]),
        ("tabular-classification", {"inputs": {"data": {"a": [1, 9], "b": ["2", "8"]}}}, [0, 1]),
        ("sentence-similarity", {"inputs": {"source_sentence": "a", "sentences": []}}, []),
        (
            "question-answering",
            {"inputs": {"question": "Who?", "context": ""}},
            {"answer": "", "score": 0.0, "start": 0, "end": 0},
        ),
    ],
)
def test_answers(post, task, body, answer):
    """
    A list of inputs is answered with a list, in the shape of the service.
    """
    assert (200, answer) == post(task, body)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where does Ada live?", "Oslo"),
        ("How old is Bob?", "12"),
        ("Who was born in 1815?", "Charles Babbage"),
        ("When did the engine stop?", "1843"),
    ],
)
def test_questions_are_answered_out_of_the_context(hf, question, answer):
    """
    The answer is a span of the context, and its place is told.
    """
    context = (
        "Bob is 12 years old. Ada lives in Oslo. Charles Babbage was born in London. "
        "His engine stopped in 1843."
    )
    found = hfpipe.question_answering(hf, {"question": question, "context": context}).unwrap()
    best = found[0] if isinstance(found, tuple) else found

    assert answer == best.answer == context[best.start : best.end]


@pytest.mark.parametrize(
    ("query", "answer", "aggregator"),
    [
        ("How many stars does datasets have?", "4512", "NONE"),
        ("What is the total of stars?", "SUM > 36542, 4512", "SUM"),
        ("the average stars of datasets", "AVERAGE > 4512", "AVERAGE"),
        ("Which language has transformers?", "Python", "NONE"),
    ],
)
def test_tables_are_read(hf, query, answer, aggregator):
    """
    The cells of the column asked for, in the rows that are named, or in all.
    """
    table = {
        "Repository": ["Transformers", "Datasets"],
        "Stars": ["36542", "4512"],
        "Language": ["Python", "C"],
    }
    found = hfpipe.table_question_answering(hf, {"query": query, "table": table}).unwrap()

    assert (answer, aggregator) == (found.answer, found.aggregator)
    assert all(
        cell == list(table.values())[column][row]
        for cell, (row, column) in zip(found.cells, found.coordinates, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I love this wonderful place", "POSITIVE"),
        ("What a boring waste", "NEGATIVE"),
        ("It is not bad", "POSITIVE"),
        ("I don't like it", "NEGATIVE"),
        ("never again so terrible, but the food was great and lovely", "POSITIVE"),
    ],
)
def test_texts_sound_pleased_or_not(hf, text, label):
    """
    The first label is how the text sounds; a `not` turns the words after it.
    """
    first, second = hfpipe.text_classification(hf, text).unwrap()

    assert label == first.label
    assert pytest.approx(1.0) == first.score + second.score


TEXT = "The Ada Lovelace Institute wrote to Marie Curie in Paris; she likes Whisky."


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        (
            {},
            [
                ("ORG", "Ada Lovelace Institute"),
                ("PER", "Marie Curie"),
                ("LOC", "Paris"),
                ("MISC", "Whisky"),
            ],
        ),
        (
            {"ignore_labels": ["ORG", "MISC"]},
            [("PER", "Marie Curie"), ("LOC", "Paris")],
        ),
        (
            {"aggregation_strategy": "none", "ignore_labels": ["B-ORG", "I-ORG", "B-MISC"]},
            [("B-PER", "Marie"), ("I-PER", "Curie"), ("B-LOC", "Paris")],
        ),
    ],
)
def test_names_are_found(hf, parameters, found):
    """
    Names come whole or word by word, with their place in the text.
    """
    names = hfpipe.token_classification(hf, TEXT, parameters=parameters).unwrap()

    assert found == [(name.entity_group or name.entity, name.word) for name in names]
    assert all(name.word == TEXT[name.start : name.end] for name in names)


@pytest.mark.parametrize("mask", ["[MASK]", "<mask>"])
def test_masks_are_filled(hf, mask):
    """
    The mask is filled with words, those wanted where some are, the likeliest first.
    """
    asked = {"targets": ["truck", "cats"]}
    first, second = hfpipe.fill_mask(hf, f"I like my cat and {mask}", parameters=asked).unwrap()

    assert ("I like my cat and cats", "truck") == (first.sequence, second.token_str)
    assert first.score > second.score


def test_several_masks_have_a_list_each(post):
    """
    Of two masks each has its own words, and the other stays.
    """
    status, body = post("fill-mask", {"inputs": "[MASK] a [MASK]", "parameters": {"top_k": 1}})

    assert (200, 2) == (status, len(body))
    assert body[0][0]["sequence"].endswith(" a [MASK]")


@pytest.mark.parametrize(
    ("several", "total"), [(False, pytest.approx(1.0)), (True, pytest.approx(1.6, abs=0.4))]
)
def test_labels_by_nearness(hf, several, total):
    """
    The label that is nearest comes first; scores add up to one unless several labels may fit.
    """
    asked = {"candidate_labels": ["finance", "cats", "cars"], "multi_label": several}
    found = hfpipe.zero_shot_classification(hf, "My cat is a cat", parameters=asked).unwrap()

    assert "cats" == found[0].label
    assert total == sum(label.score for label in found)


@pytest.mark.parametrize(
    ("parameters", "text", "reason"),
    [
        ({}, "1 2 3 4", "eos_token"),
        ({"max_new_tokens": 2}, "1 2", "length"),
        ({"stop": [" 3"]}, "1 2", "stop_sequence"),
        ({"stop_sequences": [" 3"]}, "1 2", "stop_sequence"),
        ({"return_full_text": True}, "count to 41 2 3 4", "eos_token"),
        ({"grammar": {"type": "regex", "value": "[ab]{2}"}}, "aa", "eos_token"),
    ],
)
def test_generated_texts(hf, parameters, text, reason):
    """
    Whole and streamed, a text is the same, and so is the reason of its end.
    """
    asked = {"details": True, **parameters}
    whole = hfpipe.text_generation(hf, "count to 4", parameters=asked).unwrap()
    stream = hfpipe.text_generation_stream(hf, "count to 4", parameters=parameters).unwrap()
    chunks = [chunk.unwrap() for chunk in stream]

    assert (text, reason) == (whole.generated_text, whole.details.finish_reason)
    assert text == "".join(chunk.text for chunk in chunks) == chunks[-1].generated_text
    assert reason == chunks[-1].details.finish_reason


def test_a_list_of_prompts(hf):
    """
    Each prompt has its text.
    """
    texts = hfpipe.text_generation(hf, ["say a", "count to 2"]).unwrap()

    assert ["a", "1 2"] == [text.generated_text for text in texts]


def test_prompts_may_fail_and_break(hf):
    """
    The commands of a chat are those of a prompt, too.
    """
    stream = hfpipe.text_generation_stream(hf, "break with truncation").unwrap()
    *_, last = list(stream)

    assert 402 == hfpipe.text_generation(hf, "fail with 402").failure().status
    assert "truncated" == last.failure().code


@pytest.mark.parametrize(
    ("task", "body", "part"),
    [
        ("summarization", {}, "`inputs`"),
        ("summarization", {"inputs": 5}, "`inputs`"),
        ("translation", {"inputs": ["a", 1]}, "`inputs`"),
        ("feature-extraction", {"inputs": "a", "dimensions": 0}, "`dimensions`"),
        ("feature-extraction", {"inputs": "a", "dimensions": 99999}, "`dimensions`"),
        ("sentence-similarity", {"inputs": {"sentences": ["a"]}}, "`source_sentence`"),
        ("zero-shot-classification", {"inputs": "a"}, "`candidate_labels`"),
        ("fill-mask", {"inputs": "no mask"}, "No mask_token"),
        ("question-answering", {"inputs": {"question": "?"}}, "`context`"),
        ("question-answering", {"inputs": "?"}, "`inputs`"),
        ("table-question-answering", {"inputs": {"query": "?"}}, "`table`"),
        ("table-question-answering", {"inputs": {"query": "?", "table": {"a": "b"}}}, "`table`"),
        ("tabular-regression", {"inputs": {"data": {"a": [1], "b": []}}}, "same length"),
        ("tabular-classification", {"inputs": {}}, "`data`"),
        ("text-generation", {"parameters": {}}, "`inputs`"),
        ("text-generation", {"inputs": "a", "parameters": {"max_new_tokens": -1}}, "at least 0"),
    ],
)
def test_bad_inputs_are_refused(post, task, body, part):
    """
    What is missing or of the wrong kind is refused with 422, by its name.
    """
    status, told = post(task, body)

    assert 422 == status
    assert part in told["error"]


def test_nothing_else_is_there(post):
    """
    An unknown path is 404, and only POST is answered.
    """
    from hfpipe.sandbox.server import replied
    from hfpipe.wire import HttpRequest

    assert 404 == post("/v2/nothing", {})[0]
    assert 404 == post("no-task", {})[0]
    assert 405 == replied(HttpRequest("GET", "https://sandbox.hfpipe.invalid/")).status


def test_the_same_request_gets_the_same_answer(hf):
    """
    Nothing is left to chance: the whole answer is the same a second time, its id included.
    """
    first, second = (hfpipe.chat_completion(hf, "say hello") for _ in range(2))

    assert isinstance(first, Success)
    assert first == second
