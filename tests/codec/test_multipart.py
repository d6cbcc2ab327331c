"""Forms: what is written around the fields, and how large files stay on disk."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP

import pytest

from hfpipe.codec.multipart import Part, form
from hfpipe.media import pieces
from hfpipe.wire import FileBody


def parsed(body, kind):
    """The form as the standard library reads it: name, file's name, type, content."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type() if "content-type" in part else None,
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


def test_fields_and_a_file():
    """
    The file with its name and type, then the texts, in their order.
    """
    parts = [
        Part("file", b"ID3\r\n--x", "audio.mp3", "audio/mpeg"),
        Part("language", "en"),
        Part("model", "whisper"),
    ]

    body, kind = form(parts)

    assert [
        ("file", "audio.mp3", "audio/mpeg", b"ID3\r\n--x"),
        ("language", None, None, b"en"),
        ("model", None, None, b"whisper"),
    ] == parsed(body, kind)
    assert body.endswith(b"--\r\n")


def test_equal_forms_have_equal_bodies():
    """
    The boundary is made of what is sent: nothing of it is left to chance.
    """
    parts = [Part("a", "1"), Part("b", b"2", "b.bin")]

    assert form(parts) == form(parts)
    assert form(parts)[1] != form(parts[:1])[1]


class Unlucky:
    """A hash that first gives what the content holds."""

    def __init__(self):
        self.updates = 0

    def update(self, data):
        self.updates += data == b"again"

    def hexdigest(self):
        return ("cd" if self.updates else "ab") * 32


def test_the_boundary_is_never_in_the_content():
    """
    Content that holds the boundary it would have gets another one.
    """
    content = b"x" + b"ab" * 16 + b"y"

    body, kind = form([Part("a", content, "a.bin", "x/y")], Unlucky)

    assert "multipart/form-data; boundary=" + "cd" * 16 == kind
    assert [("a", "a.bin", "x/y", content)] == parsed(body, kind)


@pytest.mark.parametrize("name", ['a"b', "a\r\nX-Evil: 1", "a\nb", 'x"; filename="y'])
def test_names_cannot_end_their_header(name):
    """
    Quotes and line breaks in the names of fields and files are written as browsers write them.
    """
    body, kind = form([Part(name, b"1", filename=name), Part("z", "2")])

    assert ["1", "2"] == [content.decode() for *_, content in parsed(body, kind)]
    head = body.split(b"\r\n\r\n")[0]
    assert 2 == len(head.split(b"\r\n"))
    assert 4 == head.count(b'"')


def test_a_type_cannot_end_its_header():
    """
    Control characters are left out of a media type.
    """
    body, _ = form([Part("a", b"1", "f", "audio/mpeg\r\nX-Evil: 1")])

    assert b"\r\nX-Evil" not in body


def test_a_file_on_disk_stays_there(tmp_path):
    """
    The form is put around it: what is before and after is in memory, and nothing else.
    """
    path = tmp_path / "a.mp3"
    path.write_bytes(b"0123456789")
    parts = [Part("q", "1"), Part("file", FileBody(path, 2, 6), "a.mp3", "audio/mpeg")]

    body, kind = form([*parts, Part("model", "m")])

    assert isinstance(body, FileBody)
    assert len(body) == len(b"".join(pieces(body)))
    assert [
        ("q", None, None, b"1"),
        ("file", "a.mp3", "audio/mpeg", b"234567"),
        ("model", None, None, b"m"),
    ] == parsed(b"".join(pieces(body)), kind)
