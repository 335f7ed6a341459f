"""What replays share: the provider's side of an exchange, and the count of recordings that hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from blackbox.fake_upstream import Ending, Framing, Reply, Request, json_reply, pieces_of, whole
from recordings.corpus import Recording


@dataclass
class Replay:
    """Answers with the reply of the moment, and keeps what arrived."""

    reply: Reply | None = None
    arrived: Request | None = None

    def __call__(self, request: Request) -> Reply:
        self.arrived = request
        return self.reply or json_reply({"error": {"message": "replay: no recording"}}, 418)


def reply_of(recording: Recording, piece: int, broken: bool = False) -> Reply:
    """The recorded answer in pieces of so many bytes, 0: as a whole. `broken`: it breaks off in its middle."""
    body = recording.beginning if broken else recording.sent
    framing = Framing.CHUNKED if recording.streamed or broken else Framing.LENGTH
    cut = pieces_of(piece) if piece else whole
    return Reply(recording.status, list(recording.headers.items()), body, cut=cut, framing=framing, ending=Ending.CUT if broken else Ending.FINISH)


def hold(recordings: Iterable[Recording], problems: Callable[[Recording], list[str]]) -> tuple[list[Recording], int]:
    """The recordings that hold, and how many do not, each of which is printed."""
    held, failed = [], 0
    for recording in recordings:
        if found := problems(recording):
            print(f"FAILED {recording.id}: {' | '.join(found)}"[:900].replace("\n", "\\n"))
            failed += 1
        else:
            held.append(recording)
    return held, failed
