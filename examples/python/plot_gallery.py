"""Draws the pictures of docs/plots.md.

usage: plot_gallery.py FOLDER

The numbers are drawn by hand, to show each plot; the face is that of the astronaut Eileen Collins that scikit-image
ships (NASA, public domain), read by the models of the package.
"""

import sys
from pathlib import Path

import emotion
import numpy as np
import skimage.data
from emotion import dataset, evaluation, plots


def lecture() -> emotion.Timeline:
    """Three minutes in which the mood of twelve heads changes."""
    timeline = emotion.Timeline(evaluation.LABELS, interval_s=3)
    moods = [0] * 6 + [1] * 9 + [0] * 12 + [2] * 4 + [1] * 8 + [3] * 5 + [0] * 10 + [4] * 3 + [1] * 5
    for place, mood in enumerate(moods):
        counts = [0] * len(evaluation.LABELS)
        counts[0] = 2 + place % 3
        counts[mood] += 5
        counts[(mood + 1) % 5] += place % 2
        heads = sum(counts)
        statistics = emotion.FrameStatistics(heads, counts, max(counts) / heads)
        timeline.add(3.0 * place, statistics)
    return timeline


def answers() -> tuple[np.ndarray, np.ndarray]:
    """Labels and probabilities as a fair model would give them, (400,) and (400, 8)."""
    random = np.random.default_rng(5)
    share = np.array([0.36, 0.25, 0.12, 0.1, 0.09, 0.03, 0.03, 0.02])
    truth = random.choice(8, 400, p=share)
    scores = random.normal(size=(400, 8)) + 2.2 * np.eye(8)[truth]
    powers = share * np.exp(2.2 * scores)
    return truth, powers / powers.sum(1, keepdims=True)


def predictions(truth: np.ndarray, probabilities: np.ndarray) -> evaluation.Predictions:
    faces = [emotion.LabelledFace("drawn", evaluation.LABELS[label]) for label in truth]
    return evaluation.Predictions(faces, [emotion.Emotion(evaluation.LABELS, list(p)) for p in probabilities], [])


def models() -> list[dataset.ModelFigures]:
    return [
        dataset.ModelFigures("small", 0.62, 0.5, 100_000, 0.4, 0.6),
        dataset.ModelFigures("middle", 0.71, 0.6, 2_000_000, 8.0, 6.5),
        dataset.ModelFigures("large", 0.74, 0.63, 20_000_000, 80.0, 70.0),
    ]


def axes_by_name() -> dict:
    timeline = lecture()
    truth, probabilities = answers()
    portrait = skimage.data.astronaut()
    face = emotion.FaceDetector(device="cpu", precision="f32").detect(portrait)[0]
    classifier = emotion.EmotionClassifier(device="cpu", precision="f32")
    (said,) = classifier.classify(portrait, [face])
    wide = emotion.align_faces(portrait, [emotion.Face(face.box)], emotion.CropSpec(margin=0.4), 192, 192)[0]
    shapes = [wide, wide[:, ::-1].copy(), wide[20:172], wide[:, 20:150].copy(), 255 - wide, wide[:, :, 0].copy()]
    angles = np.linspace(0, 2.2 * np.pi, 40)
    recall = np.linspace(0, 0.95, 40)
    epochs = np.arange(1, 16)
    losses = {"loss": 2 * np.exp(-epochs / 6) + 0.7, "validation": 2 * np.exp(-epochs / 5) + 0.8}
    sweep = dataset.sweep_thresholds(predictions(truth, probabilities))
    counts = evaluation.confusion_matrix(truth, probabilities.argmax(1))
    valence, arousal = 0.7 * np.cos(angles) * angles / 7, 0.7 * np.sin(angles) * angles / 7
    return {
        "emotion_timeline": plots.emotion_timeline(plots.new_axes(8, 3.4), timeline),
        "emotion_counts": plots.emotion_counts(plots.new_axes(8, 3.4), timeline),
        "valence_arousal_plane": plots.valence_arousal_plane(plots.new_axes(6, 5), valence, arousal),
        "valence_arousal_picture": plots.valence_arousal_picture(
            plots.new_axes(4, 4), wide, said.valence, said.arousal, said.label
        ),
        "contact_sheet": plots.contact_sheet(
            plots.new_axes(6, 4.4), shapes, ["as it is", "mirrored", "lower", "narrower", "negative", "grey"], 3
        ),
        "confusion_matrix": plots.confusion_matrix(plots.new_axes(6, 6), counts, evaluation.LABELS),
        "reliability": plots.reliability(plots.new_axes(), probabilities, truth),
        "valence_arousal_scatter": plots.valence_arousal_scatter(
            plots.new_axes(), valence, 0.8 * valence + 0.05 * np.sin(9 * angles), "valence"
        ),
        "precision_recall": plots.precision_recall(plots.new_axes(), recall, 1 - 0.5 * recall**4, "a detector"),
        "threshold_sweep": plots.threshold_sweep(plots.new_axes(6, 4), sweep),
        "model_comparison": plots.model_comparison(plots.new_axes(6, 4), models()),
        "curves": plots.curves(plots.new_axes(7, 2.8), epochs, losses, "loss"),
    }


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, axes in axes_by_name().items():
        axes.figure.savefig(folder / f"{name}.png", dpi=80)
    return 0


if __name__ == "__main__":
    sys.exit(main())
