"""Figures of predictions against values worked out by hand."""

from __future__ import annotations

import emotion
import numpy as np
import pytest
from emotion import evaluation
from small_models import LABELS


def said(label: str | None, probability: float = 1.0, valence=None, arousal=None) -> emotion.Emotion | None:
    """The answer `label`; the rest goes to the other classes alike. None: no face was found."""
    if label is None:
        return None
    p = [probability if name == label else (1 - probability) / 7 for name in LABELS]
    return emotion.Emotion(LABELS, p, valence, arousal)


def labelled(label=None, clear=False, valence=None, arousal=None) -> emotion.LabelledFace:
    return emotion.LabelledFace("a.png", label, clear, valence, arousal)


def test_the_labels_stand_in_ferplus_order():
    assert list(evaluation.LABELS) == LABELS
    assert [emotion.find_emotion_label(name.upper()) for name in LABELS] == list(range(8))
    assert emotion.find_emotion_label("happy") == 1 and emotion.find_emotion_label("joy") is None


def test_figures_of_a_confusion_by_hand():
    # Truth 0 0 0 1 1 2, said 0 0 1 1 2 2.
    counts = evaluation.confusion_matrix([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2])
    assert counts.shape == (8, 8) and counts.sum() == 6
    assert counts[:3, :3].tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]
    assert evaluation.accuracy(counts) == pytest.approx(4 / 6)
    # F1: 2*2/(3+2), 2*1/(2+2), 2*1/(1+2); the five classes without pictures do not count.
    assert evaluation.macro_f1(counts) == pytest.approx((0.8 + 0.5 + 2 / 3) / 3)
    nothing = evaluation.confusion_matrix([], [])
    assert evaluation.accuracy(nothing) == 0 and evaluation.macro_f1(nothing) == 0


def test_a_class_that_is_said_but_has_no_pictures_costs_no_f1_of_its_own():
    counts = evaluation.confusion_matrix([0, 0], [0, 5])
    assert evaluation.macro_f1(counts) == pytest.approx(2 / 3)


def test_calibration_error_by_hand():
    # Two bins: .4 wrong and .45 right in the lower, .8 right and .9 wrong in the upper.
    p = [[0.4, 0.3, 0.3], [0.45, 0.3, 0.25], [0.1, 0.8, 0.1], [0.9, 0.1, 0]]
    count, confidence, right = evaluation.calibration_bins(p, [1, 0, 1, 2], bins=2)
    assert count.tolist() == [2, 2]
    assert confidence == pytest.approx([0.425, 0.85]) and right == pytest.approx([0.5, 0.5])
    assert evaluation.calibration_error(p, [1, 0, 1, 2], bins=2) == pytest.approx((0.075 + 0.35) / 2)
    assert evaluation.calibration_error([[1.0, 0]], [0]) == 0
    assert evaluation.calibration_error(np.zeros((0, 8)), []) == 0


def test_concordance_by_hand():
    a, b = [0.0, 1.0, 2.0], [1.0, 2.0, 3.0]
    assert evaluation.concordance(a, a) == pytest.approx(1)
    assert evaluation.concordance(a, [2.0, 1.0, 0.0]) == pytest.approx(-1)
    assert evaluation.concordance(a, b) == pytest.approx(2 * (2 / 3) / (2 / 3 + 2 / 3 + 1))
    assert evaluation.concordance(a, np.multiply(a, 0.5)) == pytest.approx(2 * (1 / 3) / (2 / 3 + 1 / 6 + 0.25))
    assert evaluation.concordance([1, 1], [1, 1]) == 0 and evaluation.concordance([], []) == 0
    assert evaluation.root_mean_square_error(a, [0, 1, 5]) == pytest.approx(3**0.5)


def test_sign_agreement_leaves_labels_of_zero_out():
    share, count = evaluation.sign_agreement([0.5, -0.2, 0.1, -0.4, 0.0], [0.1, -0.9, -0.1, 0.0, 0.3])
    assert (share, count) == (0.5, 4)  # an answer of 0 to -0.4 is wrong
    assert evaluation.sign_agreement([0, 0], [1, 0]) == (None, 0)


def test_class_figures_count_votes_and_leave_unlabelled_pictures_out():
    faces = [
        labelled("neutral", clear=True), labelled("neutral"), labelled("fear", clear=True),
        labelled(valence=0.1, arousal=0.2),
    ]  # fmt: skip
    figures = evaluation.class_figures(faces, [said("neutral"), said("anger"), said("neutral"), said("fear")])
    assert figures["pictures"] == 3 and figures["accuracy"] == pytest.approx(1 / 3)
    assert figures["clear_pictures"] == 2 and figures["clear_accuracy"] == 0.5
    assert figures["recall"]["neutral"] == 0.5 and figures["precision"]["neutral"] == 0.5
    assert figures["recall"]["contempt"] is None and figures["precision"]["fear"] is None
    assert figures["f1"]["fear"] == 0
    assert figures["confusion"]["neutral"] == [1, 0, 0, 0, 1, 0, 0, 0] and "not_found" not in figures
    assert figures["ece"] == pytest.approx(2 / 3)
    assert evaluation.class_figures(faces[3:], [said("fear")]) == {"pictures": 0}


def test_a_face_not_found_is_a_wrong_answer():
    faces = [labelled("neutral"), labelled("neutral"), labelled("happiness")]
    figures = evaluation.class_figures(faces, [said("neutral"), None, said("happiness")])
    assert figures["accuracy"] == pytest.approx(2 / 3)
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert figures["recall"]["neutral"] == 0.5 and figures["precision"]["neutral"] == 1
    assert figures["not_found"]["neutral"] == 1 and sum(figures["not_found"].values()) == 1
    assert figures["confusion"]["neutral"] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert figures["ece"] == 0  # nothing was said, so nothing was too sure


def test_va_figures_count_a_face_not_found_as_zero():
    faces = [labelled(valence=0.5, arousal=0.0), labelled(valence=-0.5, arousal=0.0), labelled("fear")]
    answers = [said("fear", valence=0.5, arousal=0.1), None, said("fear", valence=1, arousal=1)]
    figures = evaluation.va_figures(faces, answers)
    assert figures["va_pictures"] == 2
    assert figures["valence"]["rmse"] == pytest.approx((0.25 / 2) ** 0.5)
    assert figures["valence"]["ccc"] == pytest.approx(evaluation.concordance([0.5, -0.5], [0.5, 0]))
    assert figures["valence"]["sign_agreement"] == 0.5 and figures["valence"]["signed_pictures"] == 2
    assert figures["arousal"]["sign_agreement"] is None
    with pytest.raises(ValueError, match="gives no valence and arousal"):
        evaluation.va_figures(faces, [said("fear")] * 3)


def test_other_names_of_the_classes_are_known_and_other_classes_refused():
    happy = emotion.Emotion(["HAPPY", "SAD"], [0.7, 0.3])
    assert evaluation.class_probabilities([happy, None])[0] == pytest.approx([0, 0.7, 0, 0.3, 0, 0, 0, 0], abs=1e-6)
    with pytest.raises(ValueError, match="'joy' is none of neutral, happiness"):
        evaluation.class_probabilities([emotion.Emotion(["joy"], [1.0])])


def test_labels_are_read_in_order_with_weights_and_parts(emotion_data):
    faces = emotion.read_emotion_labels(str(emotion_data))
    assert [face.path.name for face in faces] == [f"{i:02}.png" for i in range(24)]
    assert [face.label for face in faces] == LABELS * 3
    assert faces[0].valence == pytest.approx(-0.5) and not faces[0].clear
    some = emotion.read_emotion_labels(f"{emotion_data},part=1/4,classes=0")
    assert [face.path.name for face in some] == [f"{i:02}.png" for i in range(1, 24, 4)]
    assert all(face.label is None and face.arousal is not None for face in some)
    assert emotion.read_emotion_labels(f"{emotion_data},classes=0,va=0") == []
    assert len(emotion.read_emotion_labels([emotion_data, f"{emotion_data},part=0/2"])) == 36
    with pytest.raises(OSError, match="nowhere"):
        emotion.read_emotion_labels("nowhere")


def test_votes_give_the_majority_and_say_whether_it_is_clear(tmp_path):
    votes = {
        "a": "0,10,0,0,0,0,0,0,0,0",
        "b": "3,3,0,0,0,0,0,0,4,0",
        "c": "5,3,1,1,0,0,0,0,0,0",
        "d": "4,4,2,0,0,0,0,0,0,0",
    }
    lines = [f'{name}.png,"(0, 0, 48, 48)",{line}' for name, line in votes.items()]
    (tmp_path / "label.csv").write_text("\n".join(lines))
    faces = emotion.read_emotion_labels(tmp_path)
    # b's most votes are for "unknown" and d has no majority.
    assert [(face.path.stem, face.label, face.clear) for face in faces] == [
        ("a", "happiness", True),
        ("c", "neutral", False),
    ]


def test_a_labelled_face_is_a_value():
    import pickle

    face = labelled("fear", True, 0.25, -0.5)
    assert pickle.loads(pickle.dumps(face)) == face != labelled("fear", False, 0.25, -0.5)
    assert repr(face) == "LabelledFace(path='a.png', label='fear', valence=0.250, arousal=-0.500)"
    assert labelled().label is None and labelled().valence is None and labelled() in {labelled()}
    with pytest.raises(ValueError, match="got 'joy'"):
        labelled("joy")
    with pytest.raises(ValueError, match="together"):
        labelled(valence=0.5)


def test_whole_pictures_agree_with_the_core(emotion_data, classifier):
    """The figures of Python's predictions are those of evaluate_emotion, which runs the network in its other form."""
    faces = emotion.read_emotion_labels(str(emotion_data))
    done = []
    predictions = evaluation.evaluate_crops(classifier, faces, done.append)
    assert sum(done) == 24 and predictions.faces == faces and predictions.skipped == []
    figures = evaluation.class_figures(faces, predictions.emotions) | evaluation.va_figures(faces, predictions.emotions)
    core = emotion.evaluate_emotion("emotion", str(emotion_data))
    assert core["confusion"] == figures["confusion"] and core["recall"] == pytest.approx(figures["recall"], abs=1e-3)
    for key in ("pictures", "accuracy", "macro_f1", "ece", "va_pictures"):
        assert core[key] == pytest.approx(figures[key], abs=1e-3)
    for axis in ("valence", "arousal"):
        for key in ("ccc", "rmse"):
            assert core[axis][key] == pytest.approx(figures[axis][key], abs=1e-3)


def test_a_broken_picture_is_named_and_left_out(emotion_data, classifier):
    (emotion_data / "03.png").write_bytes(b"no picture")
    faces = emotion.read_emotion_labels(str(emotion_data))
    predictions = evaluation.evaluate_crops(classifier, faces)
    assert len(predictions.faces) == len(predictions.emotions) == 23
    assert len(predictions.skipped) == 1 and "03.png" in predictions.skipped[0]


def test_portraits_take_the_largest_face_by_landmarks_or_by_the_box(detector, classifier, picture, tmp_path):
    emotion.write_image(tmp_path / "a.png", picture)
    faces = [emotion.LabelledFace(tmp_path / name, "fear") for name in ("a.png", "missing.png")]
    found = detector.detect(picture)
    largest = max(found, key=lambda face: (face.box[2] - face.box[0]) * (face.box[3] - face.box[1]))
    aligned = evaluation.evaluate_portraits(detector, classifier, faces)
    box = evaluation.evaluate_portraits(detector, classifier, faces, crop="box")
    assert aligned.faces == box.faces == faces[:1] and "missing.png" in aligned.skipped[0]
    assert aligned.emotions[0] == classifier.classify(picture, [largest])[0]
    assert box.emotions[0] == classifier.classify(picture, [emotion.Face(largest.box)])[0] != aligned.emotions[0]
    blind = emotion.FaceDetector(min_score=1, device="cpu")
    assert evaluation.evaluate_portraits(blind, classifier, faces[:1]).emotions == [None]
    with pytest.raises(ValueError, match="'aligned' or 'box', got 'round'"):
        evaluation.evaluate_portraits(detector, classifier, faces, crop="round")


def test_the_curve_has_the_area_of_the_average_precision():
    picture = emotion.LabelledPicture("a.png", [emotion.FaceLabel((x, 0, x + 30, 30)) for x in (0, 100, 200)])
    found = [
        [emotion.Face((x, y, x + 30, y + 30), score) for x, y, score in [(0, 0, 0.9), (50, 50, 0.8), (100, 0, 0.7)]]
    ]
    recall, precision, score = emotion.precision_recall(found, [picture])
    assert recall == pytest.approx([1 / 3, 1 / 3, 2 / 3]) and precision == pytest.approx([1, 1 / 2, 2 / 3])
    assert score == pytest.approx([0.9, 0.8, 0.7])
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    area = float(np.sum(np.diff(recall, prepend=0) * falling))
    assert emotion.evaluate_faces(found, [picture])["accuracy"][0]["average_precision"] == pytest.approx(area, abs=1e-4)
    assert [len(part) for part in emotion.precision_recall(found, [picture], min_height_px=31)] == [0, 0, 0]
    with pytest.raises(ValueError):
        emotion.precision_recall([], [picture])
