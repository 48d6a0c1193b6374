"""The end of `emotion analyze` of a video: a run in a few lines, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import emotion

from .common import counted

# of outputs that bear another name in the report
_NAMES = {"video": "video", "faces_table": "faces", "frames_table": "frames", "raw_table": "logits"}


def text_report(summary: emotion.RunSummary, seconds: float, outputs: Mapping[str, Path | str]) -> str:
    total, health = summary.total, summary.health
    speed = f", {summary.frames_analyzed / seconds:.1f} a second" if seconds > 0 else ""
    lines = [f"{summary.source}: {counted(summary.frames_analyzed, 'frame')} analysed{speed}"]
    if summary.frames_analyzed:
        lines.append(
            f"heads: {total.head_count:.2f} on average, {total.max_head_count} at most, "
            f"{counted(len(summary.tracks), 'track')}" + _front(total)
        )
    if summary.labels and total.max_head_count:
        counts = sorted(zip(total.emotion_counts, summary.labels), reverse=True)
        lines.append("emotions: " + ", ".join(f"{label} {count:.2f}" for count, label in counts if count >= 0.005))
        lines.append(f"attention coefficient {total.attention_coef:.2f}" + _mood(total))
    if health.reconnects or health.frames_dropped or health.gap_count:
        lines.append(
            f"source: {counted(health.frames_dropped, 'frame')} dropped, {counted(health.reconnects, 'reconnect')}, "
            f"{counted(health.gap_count, 'gap')}, {health.gap_total_s:.0f} s in all"
        )
    if health.last_error and not health.skipped:
        lines.append(f"last error: {health.last_error}")
    lines += [f"left out: {text}" for text in health.skipped]
    there = {name: place for name, place in outputs.items() if isinstance(place, str) or place.exists()}
    lines += [f"{_NAMES.get(name, name)}: {place}" for name, place in there.items()]
    return "\n".join(lines)


def _front(total: emotion.TimelinePoint) -> str:
    return "" if total.front_share is None else f", {100 * total.front_share:.0f} % look to the front"


def _mood(total: emotion.TimelinePoint) -> str:
    if total.valence is None or total.arousal is None:
        return ""
    return f", valence {total.valence:+.2f}, arousal {total.arousal:+.2f}"


def as_json(
    summary: emotion.RunSummary,
    seconds: float,
    outputs: Mapping[str, Path | str],
    errors: Sequence[str],
    interrupted: bool,
) -> dict[str, object]:
    total, health = summary.total, summary.health
    return {
        "source": summary.source,
        "labels": list(summary.labels),
        "frames_analyzed": summary.frames_analyzed,
        "seconds": round(seconds, 3),
        "interrupted": interrupted,
        "total": {
            "start_s": total.start_s,
            "end_s": total.end_s,
            "head_count": _round(total.head_count),
            "max_head_count": total.max_head_count,
            "emotion_counts": {label: _round(count) for label, count in zip(summary.labels, total.emotion_counts)},
            "attention_coef": _round(total.attention_coef),
            "valence": _round(total.valence),
            "arousal": _round(total.arousal),
            "front_share": _round(total.front_share),
        },
        "tracks": [
            {
                "id": track.id,
                "first_s": round(track.first_s, 3),
                "last_s": round(track.last_s, 3),
                "sights": track.sights,
                "probabilities": {
                    label: _round(float(value)) for label, value in zip(summary.labels, track.probabilities)
                },
                "valence": _round(track.valence),
                "arousal": _round(track.arousal),
            }
            for track in summary.tracks
        ],
        "health": {
            "frames_read": health.frames_read,
            "frames_dropped": health.frames_dropped,
            "reconnects": health.reconnects,
            "gap_count": health.gap_count,
            "gap_total_s": _round(health.gap_total_s),
            "gaps": [{"start_s": gap.start_s, "end_s": gap.end_s} for gap in health.gaps],
            "skipped": health.skipped,
            "last_error": health.last_error,
        },
        "outputs": {name: str(path) for name, path in outputs.items()},
        "errors": list(errors),
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
