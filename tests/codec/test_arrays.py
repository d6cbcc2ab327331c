"""Arrays as pictures and sounds, read back by the libraries that know the formats."""

from __future__ import annotations

import wave
from io import BytesIO

import pytest

import hfpipe
from hfpipe.io.inputs import media_input

np = pytest.importorskip("numpy", reason="arrays are numpy's")


def picture(array):
    from PIL import Image

    media = media_input("inputs", array)
    assert "image/png" == media.media_type
    return Image.open(BytesIO(bytes(media)))


@pytest.mark.parametrize(
    ("shape", "mode"), [((5, 7), "L"), ((5, 7, 2), "LA"), ((5, 7, 3), "RGB"), ((5, 7, 4), "RGBA")]
)
def test_pictures(shape, mode):
    """
    Height x width with 1 to 4 channels, value for value.
    """
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)

    image = picture(pixels)

    assert mode == image.mode
    assert pixels.tolist() == np.asarray(image).tolist()


def test_pictures_of_floats():
    """
    Floats are 0 to 1; what is beyond is cut off.
    """
    image = picture(np.array([[0.0, 0.5, 1.0, -1.0, 9.0]]))

    assert [[0, 128, 255, 0, 255]] == np.asarray(image).tolist()


def sound(samples, rate=16000):
    media = media_input("inputs", (samples, rate))
    assert "audio/wav" == media.media_type
    with wave.open(BytesIO(bytes(media))) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return file.getframerate(), file.getnchannels(), frames.tolist()


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([0.0, 1.0, -1.0, 2.0]), [0, 32767, -32767, 32767]),
        (np.array([0, 300, -300], dtype=np.int16), [0, 300, -300]),
        (np.array([0, 1 << 30], dtype=np.int32), [0, 1 << 14]),
        (np.array([128, 255, 0], dtype=np.uint8), [0, 32512, -32768]),
    ],
)
def test_sounds(samples, expected):
    """
    Samples of any usual kind become 16 bits at the rate that was given.
    """
    assert (16000, 1, expected) == sound(samples)


def test_channels():
    """
    Samples x channels, and channels x samples, are the same sound.
    """
    left_right = np.stack([np.zeros(20), np.ones(20)], axis=1)

    assert (16000, 2, [0, 32767] * 20) == sound(left_right)
    assert (16000, 2, [0, 32767] * 20) == sound(left_right.T)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.zeros(5), "without their rate"),
        (np.zeros((2, 2, 5)), "no picture"),
        (np.zeros((0, 3)), "no picture"),
        (np.array([["a"]]), "no picture"),
        ((np.zeros(5), 0), "samples a second"),
        ((np.zeros(5), 0.5), "samples a second"),
        ((np.zeros(5), "x"), "inputs"),
        ((np.zeros(5), None), "inputs"),
        ((np.array([np.nan]), 16000), "NaN"),
        ((np.zeros((9, 9)), 16000), "no sound"),
        ((np.zeros(0), 16000), "no sound"),
        ((np.zeros(3, dtype=complex), 16000), "no sound"),
    ],
)
def test_arrays_that_are_neither(given, words):
    """
    Each is an InputError that says what is wrong, before anything is sent.
    """
    with pytest.raises(hfpipe.InputError, match=words):
        media_input("inputs", given)


def test_an_array_is_an_input_like_any_other():
    """
    A call takes samples and their rate as its first argument.
    """
    sender = hfpipe.testing.scripted({"text": "silence"})
    hf = hfpipe.endpoint_client(None, "https://asr.example", send=sender)

    result = hfpipe.automatic_speech_recognition(hf, (np.zeros(160), 16000))

    assert "silence" == result.unwrap().text
    assert "audio/wav" == sender.requests[0].headers["content-type"]
