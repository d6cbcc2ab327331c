"""Pictures, films and sounds of the sandbox."""

from __future__ import annotations

import io
import math
import random
import struct
import wave
import zlib
from array import array

import pytest

import hfpipe
from hfpipe.sandbox.film import filmed
from hfpipe.sandbox.pictures import drawn
from hfpipe.sandbox.png import Picture, grey, read, written
from hfpipe.sandbox.speech import heard, sound, spoken
from hfpipe.sandbox.speech import written as wav_of

pillow = pytest.importorskip("PIL.Image")


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (256, 256), (320, 200), (17, 400)])
def test_pictures_have_the_wanted_size(hf, size):
    """
    The picture is a PNG that Pillow opens, of just the size asked for.
    """
    width, height = size
    asked = {"width": width, "height": height}
    image = hfpipe.text_to_image(hf, "a red sun", parameters=asked).unwrap()

    assert "image/png" == image.media_type
    assert (size, "PNG") == (image.to_pil().size, image.to_pil().format)


@pytest.mark.parametrize(
    ("prompt", "parameters", "colours"),
    [
        ("a red circle on a blue background", {}, {"red", "blue"}),
        ("yellow box, teal background", {}, {"yellow", "teal"}),
        ("a green ball and a grey house on white", {}, {"green", "gray", "white"}),
        ("a white moon", {}, {"white", "black"}),
        ("red and green", {"negative_prompt": "nothing red"}, {"green", "white"}),
    ],
)
def test_colours_of_the_prompt_are_seen(hf, prompt, parameters, colours):
    """
    Colours that the prompt names are in the picture, those it forbids are not, and
    image_classification finds them.
    """
    image = hfpipe.text_to_image(hf, prompt, parameters=parameters).unwrap()
    found = hfpipe.image_classification(hf, image).unwrap()

    assert colours == {label.label for label in found}
    assert pytest.approx(1.0) == sum(label.score for label in found)


def test_other_words_and_seeds_give_other_pictures(hf):
    """
    The same prompt gives the same picture, another prompt or seed another.
    """
    first, again, other = (
        bytes(hfpipe.text_to_image(hf, prompt).unwrap()) for prompt in ("cat", "cat", "dogs")
    )
    seeds = {
        bytes(hfpipe.text_to_image(hf, "cat", parameters={"seed": seed}).unwrap())
        for seed in range(8)
    }

    assert first == again != other
    assert len(seeds) > 1


def test_what_is_drawn_is_described(hf):
    """
    The picture in words is what was asked for; boxes and masks are where it is.
    """
    asked = {"width": 300, "height": 150}
    image = hfpipe.text_to_image(
        hf, "a red circle and a green square on a blue background", parameters=asked
    ).unwrap()
    words = hfpipe.image_to_text(hf, image).unwrap().generated_text
    things = hfpipe.object_detection(hf, image).unwrap()
    masks = {part.label: part.mask for part in hfpipe.image_segmentation(hf, image).unwrap()}

    assert "a green square and a red circle on a blue background" == words
    assert ["green square", "red circle"] == [thing.label for thing in things]
    for thing in things:
        box = (thing.box.xmin, thing.box.ymin, thing.box.xmax, thing.box.ymax)
        mask = masks[thing.label.split()[0]].to_pil()
        assert ("L", (300, 150)) == (mask.mode, mask.size)
        assert pytest.approx(mask.getbbox(), abs=5) == box


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What color is the circle?", "red"),
        ("How many things are there?", "2"),
        ("How many red things are there?", "1"),
        ("Is there a circle?", "yes"),
        ("Is there a triangle?", "no"),
        ("What is this?", "a green square and a red circle on a white background"),
    ],
)
def test_questions_about_pictures(hf, question, answer):
    """
    Answers are out of what is seen.
    """
    image = hfpipe.text_to_image(hf, "red circle, green square").unwrap()
    found = hfpipe.visual_question_answering(hf, {"image": image, "question": question}).unwrap()

    assert answer == found[0].answer


def test_labels_for_pictures(hf):
    """
    The label whose words are seen comes first.
    """
    image = hfpipe.text_to_image(hf, "a red circle").unwrap()
    asked = {"candidate_labels": ["a blue tree", "something red", "a car"]}
    found = hfpipe.zero_shot_image_classification(hf, image, parameters=asked).unwrap()

    assert "something red" == found[0].label


def test_documents_are_pictures(hf):
    """
    A question about a document is answered out of what its picture shows.
    """
    image = hfpipe.text_to_image(hf, "a red circle on a blue background").unwrap()
    asked = {"image": image, "question": "What does the document show?"}
    found = hfpipe.document_question_answering(hf, asked).unwrap()

    assert "red circle" in found[0].answer


def test_pictures_are_changed(hf):
    """
    image_to_image takes the prompt's colour and the target size; without a colour it is mirrored.
    """
    image = hfpipe.text_to_image(hf, "a black circle on white").unwrap()
    asked = {"prompt": "in red", "target_size": {"width": 64, "height": 32}}
    red = hfpipe.image_to_image(hf, image, parameters=asked).unwrap().to_pil()
    turned = hfpipe.image_to_image(hf, image, parameters={"prompt": "better"}).unwrap()

    assert ((64, 32), (255, 127, 127)) == (red.size, red.getpixel((0, 0)))
    expected = image.to_pil().transpose(pillow.Transpose.FLIP_LEFT_RIGHT)
    assert expected.tobytes() == turned.to_pil().tobytes()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P"])
@pytest.mark.parametrize("kind", ["noise", "flat"])
def test_png_files_of_others_are_read(mode, kind):
    """
    PNG files by another library, with its filters, come out as its own pixels.
    """
    chance = random.Random(7)
    data = chance.randbytes(3 * 23 * 11) if kind == "noise" else bytes(range(33)) * 23
    image = pillow.frombytes("RGB", (23, 11), data).convert(mode)
    file = io.BytesIO()
    image.save(file, "PNG", bits=8) if mode == "P" else image.save(file, "PNG")
    found = read(file.getvalue())

    assert (23, 11) == (found.width, found.height)
    assert image.convert("RGB").tobytes() == b"".join(found.rows)


@pytest.mark.parametrize("filtered", range(5))
def test_each_filter_of_png(filtered):
    """
    The five filters are undone as the standard says, which Pillow confirms.
    """
    chance = random.Random(filtered)
    lines = b"".join(bytes([filtered]) + chance.randbytes(3 * 7) for _ in range(5))
    head = struct.pack(">IIBBBBB", 7, 5, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")):
        content += struct.pack(">I", len(data)) + name + data
        content += struct.pack(">I", zlib.crc32(name + data))

    assert pillow.open(io.BytesIO(content)).tobytes() == b"".join(read(content).rows)


def test_masks_are_grey():
    """
    A mask is a grey PNG of one byte a pixel.
    """
    image = pillow.open(io.BytesIO(grey(2, (b"\0\xff", b"\xff\0"))))

    assert ("L", b"\0\xff\xff\0") == (image.mode, image.tobytes())


@pytest.mark.parametrize("cut", [0, 8, 20, 40, 60])
def test_broken_png_files_are_refused(cut):
    """
    A cut file raises ValueError, wherever it is cut.
    """
    whole = written(Picture(2, (b"abcdef", b"ghijkl")))

    with pytest.raises(ValueError, match="PNG"):
        read(whole[:cut])


@pytest.mark.parametrize("format_", ["JPEG", "GIF", "BMP"])
def test_other_formats_are_seen_by_pillow(hf, format_):
    """
    Where Pillow is there, pictures of its formats are looked at, too.
    """
    file = io.BytesIO()
    pillow.new("RGB", (40, 30), (255, 0, 0)).save(file, format_)

    assert "red" == hfpipe.image_classification(hf, file.getvalue()).unwrap()[0].label


@pytest.mark.parametrize(
    ("call", "media", "part"),
    [
        ("image_classification", b"\xff\xd8\xff\xe0 no picture", "cannot identify"),
        ("object_detection", b"nothing", "cannot identify"),
        ("automatic_speech_recognition", b"nothing", "Malformed soundfile"),
        ("audio_classification", b"RIFF\0\0\0\0WAVE", "Malformed soundfile"),
    ],
)
def test_media_that_are_none(hf, call, media, part):
    """
    What is no picture or sound is refused with 400, as the service does.
    """
    error = getattr(hfpipe, call)(hf, media).failure()

    assert 400 == error.status
    assert part in error.message


@pytest.mark.parametrize(
    ("task", "body"),
    [
        ("text-to-image", {"inputs": "a", "parameters": {"width": 0}}),
        ("text-to-image", {"inputs": "a", "parameters": {"height": 5000}}),
        ("text-to-image", {"inputs": ["a"]}),
        ("text-to-video", {"inputs": "a", "parameters": {"num_frames": 0}}),
        ("text-to-video", {"inputs": "a", "parameters": {"width": 4096, "height": 4096}}),
        ("image-text-to-image", {"parameters": {}}),
        ("image-to-text", {"inputs": 7}),
        ("text-to-speech", {}),
    ],
)
def test_bad_wishes_are_refused(post, task, body):
    """
    Sizes out of bounds and missing inputs are refused with 422.
    """
    assert 422 == post(task, body)[0]


@pytest.mark.parametrize(
    "text", ["hello", "", "Grüße, 你好 🎈", "two\nlines", "x" * 2000, "\0\x7f"]
)
def test_speech_is_read_back(hf, text):
    """
    What was spoken is heard, letter by letter, out of a WAV file.
    """
    said = spoken(text)

    with wave.open(io.BytesIO(said)) as file:
        assert (1, 2, 16_000) == (file.getnchannels(), file.getsampwidth(), file.getframerate())
    assert text == heard(said)
    if text:
        audio = hfpipe.text_to_speech(hf, text).unwrap()
        assert text == hfpipe.automatic_speech_recognition(hf, audio).unwrap().text


def softer(samples):
    return [one // 5 for one in samples]


def louder(samples):
    return [max(-32768, min(32767, one * 2)) for one in samples]


def noisy(samples):
    chance = random.Random(1)
    return [one + chance.randint(-150, 150) for one in samples]


def between_silences(samples):
    return [0] * 777 + list(samples) + [0] * 99


def turned(samples):
    return [-one for one in samples]


@pytest.mark.parametrize("change", [softer, louder, noisy, between_silences, turned])
def test_speech_is_read_from_the_samples(change):
    """
    The text is in the sound: it is heard when the sound is softer, louder, noisy or late.
    """
    samples = array("h", change(sound(spoken("Hello, world!")).samples))

    assert "Hello, world!" == heard(wav_of(samples.tobytes(), 16_000))


@pytest.mark.parametrize("width", [1, 2, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_sounds_of_other_widths(width, channels):
    """
    Eight, sixteen and thirty-two bits, one channel or two: the first is heard.
    """
    samples = sound(spoken("hi")).samples
    kinds = {1: ("B", lambda one: (one >> 8) + 128), 2: ("h", int), 4: ("i", lambda one: one << 16)}
    kind, made = kinds[width]
    frames = array(kind, (made(one) for one in samples for _ in range(channels)))
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(width)
        wav.setframerate(16_000)
        wav.writeframes(frames.tobytes())

    assert "hi" == heard(file.getvalue())


def test_a_broken_word_is_not_guessed():
    """
    Where the checksum does not fit, nothing is heard.
    """
    samples = array("h", sound(spoken("hello")).samples)
    samples[80 * 16 : 80 * 18] = array("h", samples[80 * 2 : 80 * 4])

    assert heard(wav_of(samples.tobytes(), 16_000)) is None


@pytest.mark.parametrize(
    ("samples", "label"),
    [
        ([0] * 8000, "silence"),
        ([round(9000 * math.sin(at / 7)) for at in range(8000)], "tone"),
        (random.Random(3).choices(range(-9000, 9000), k=8000), "noise"),
    ],
)
def test_other_sounds_are_no_speech(hf, samples, label):
    """
    Other sounds are told from speech, and recognition says that it heard no words.
    """
    content = wav_of(array("h", samples).tobytes(), 16_000)
    text = hfpipe.automatic_speech_recognition(hf, content).unwrap().text

    assert label == hfpipe.audio_classification(hf, content).unwrap()[0].label
    assert "(0.5 seconds of sound in which the sandbox hears no words of its own)" == text


def test_words_have_their_time(hf):
    """
    `return_timestamps` tells when each word was spoken.
    """
    audio = hfpipe.text_to_speech(hf, "one two").unwrap()
    asked = {"return_timestamps": True}
    found = hfpipe.automatic_speech_recognition(hf, audio, parameters=asked).unwrap()

    assert "one two" == "".join(chunk.text for chunk in found.chunks)
    assert [(0.07, 0.1), (0.1, 0.14)] == [chunk.timestamp for chunk in found.chunks]
    assert "speech" == hfpipe.audio_classification(hf, audio).unwrap()[0].label


def test_sounds_are_made_louder(hf):
    """
    audio_to_audio gives the same sound, as loud as it can be.
    """
    [part] = hfpipe.audio_to_audio(hf, spoken("hello")).unwrap()

    assert 32_767 == max(map(abs, sound(bytes(part.blob)).samples))
    assert "hello" == heard(bytes(part.blob))


def test_films_hold_their_pictures():
    """
    An AVI file has a header with size, count and rate, and its frames from the last row up.
    """
    frames = [Picture(1, (b"\1\2\3", b"\4\5\6")), Picture(1, (b"\7\7\7", b"\0\0\0"))]
    content = filmed(frames, 5)
    at = content.index(b"avih") + 8
    micros, _, _, _, count, _, streams, _, width, height = struct.unpack_from("<10I", content, at)
    first = content.index(b"00db")

    assert (b"RIFF", len(content) - 8, b"AVI ") == struct.unpack_from("<4sI4s", content)
    assert (200_000, 2, 1, 1, 2) == (micros, count, streams, width, height)
    assert b"\6\5\4\0\3\2\1\0" == content[first + 8 : first + 16]


@pytest.mark.parametrize(
    ("call", "first", "parameters", "size"),
    [
        ("text_to_video", "a red ball", {"num_frames": 3}, (128, 128)),
        ("text_to_video", "a red ball", {"width": 30, "height": 20}, (30, 20)),
        ("image_to_video", written(drawn("a cat", 20, 10)), {}, (20, 10)),
        ("image_text_to_video", None, {"prompt": "a cat"}, (128, 128)),
    ],
)
def test_films(hf, call, first, parameters, size):
    """
    Films are of the size asked for, or of their picture's, and as long as asked for.
    """
    film = getattr(hfpipe, call)(hf, first, parameters=parameters).unwrap()
    content = bytes(film)
    at = content.index(b"avih") + 8

    assert film.media_type.startswith("video/")
    assert parameters.get("num_frames", 16) == struct.unpack_from("<I", content, at + 16)[0]
    assert size == struct.unpack_from("<2I", content, at + 32)


def test_pictures_out_of_words_alone(hf):
    """
    image_text_to_image takes a prompt without a picture.
    """
    image = hfpipe.image_text_to_image(hf, parameters={"prompt": "a pink sun"}).unwrap()

    assert {"pink", "white"} == {
        label.label for label in hfpipe.image_classification(hf, image).unwrap()
    }


def test_every_task_is_answered():
    """
    There is no task that the sandbox does not do.
    """
    from hfpipe.providers.table import PROVIDERS
    from hfpipe.tasks import TASKS

    assert {task.hub for task in TASKS.values()} <= set(PROVIDERS["sandbox"].recipes)
