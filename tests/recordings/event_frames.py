"""Takes apart `application/vnd.amazon.eventstream`, without any trust in the gateway's own parser."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

FIXED = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


def read_frames(body: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Headers and payload of each frame."""
    while body:
        total, header_bytes, checksum = struct.unpack(">III", body[:12])
        if zlib.crc32(body[:8]) != checksum or zlib.crc32(body[: total - 4]) != struct.unpack(">I", body[total - 4 : total])[0]:
            raise ValueError("a frame's checksum is wrong")
        yield dict(read_headers(body[12 : 12 + header_bytes])), body[12 + header_bytes : total - 4]
        body = body[total:]


def read_headers(data: bytes) -> Iterator[tuple[str, Any]]:
    while data:
        name, kind = data[1 : 1 + data[0]].decode(), data[1 + data[0]]
        data = data[2 + data[0] :]
        length = FIXED[kind] if kind in FIXED else struct.unpack(">H", data[:2])[0]
        if kind not in FIXED:
            data = data[2:]
        yield name, data[:length].decode() if kind == 7 else data[:length]
        data = data[length:]
