"""Bytes to values and back, pure: JSON, media types, multipart forms, server-sent events."""
