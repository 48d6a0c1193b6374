"""Submissions: every picture answered, in order; what check and score find."""

import csv
import json

import emotion
import numpy as np
import pytest
from emotion import kaggle
from small_models import LABELS

CLASSES = ["anger", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise", "uncertain"]


def said(**probabilities) -> emotion.Emotion:
    """The rest goes to neutral."""
    values = [probabilities.get(label, 0.0) for label in LABELS]
    values[0] += 1 - sum(values)
    return emotion.Emotion(LABELS, values)


@pytest.fixture
def blank(detector):
    """A picture in which the random detector finds nothing."""
    grey = (np.full((64, 64, 3), value, np.uint8) for value in range(0, 256, 15))
    return next(image for image in grey if not detector.detect(image))


@pytest.fixture
def contest(tmp_path, picture, blank):
    """Twelve pictures, 0.png to 11.png: in 3 no face, 7 is broken."""
    folder = tmp_path / "test_kaggle"
    folder.mkdir()
    for i in range(12):
        emotion.write_image(folder / f"{i}.png", np.roll(picture, 9 * i, axis=1))
    emotion.write_image(folder / "3.png", blank)
    (folder / "7.png").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture either")
    return folder


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (said(happiness=0.9), "happy"),
        (said(sadness=0.7), "sad"),
        (said(), "neutral"),
        (said(contempt=0.6), "contempt"),
        (said(anger=0.3, fear=0.35), "uncertain"),
    ],
)
def test_our_eight_labels_become_nine_classes(answer, name):
    assert kaggle.Classes().name(answer, 0.4) == name
    assert kaggle.Classes().names == kaggle.CLASSES == tuple(CLASSES)


def test_names_order_and_meaning_of_classes_are_free():
    classes = kaggle.Classes(["joy=happiness", "bad=anger", "bad=fear", "Ahegao=", "calm=neutral"])
    assert classes.names == ("joy", "bad", "Ahegao", "calm") and classes.uncertain is None
    assert classes.fallback == "calm" and "bad" in classes and "anger" not in classes
    assert classes.name(said(anger=0.3, fear=0.25, happiness=0.35)) == "bad"  # 0.55 together
    assert classes.name(said(sadness=0.9, happiness=0.06)) == "joy"  # the best that has a class
    assert kaggle.Classes(["yes=happy", "what?"], uncertain="what?").name(said(happiness=0.1), 0.2) == "what?"
    assert kaggle.Classes(["sad", "happy"]).fallback == "sad"
    with pytest.raises(emotion.EmotionValueError, match="'hapy' is no emotion"):
        kaggle.Classes(["hapy"])
    with pytest.raises(emotion.EmotionValueError, match="at least one"):
        kaggle.Classes([])


def test_every_picture_is_answered_in_numeric_order_with_crlf(contest, detector, classifier, tmp_path):
    steps = []
    out = tmp_path / "deep" / "submission.csv"
    report = kaggle.submit(
        contest, out, uncertain_below=0, detector=detector, classifier=classifier, progress=lambda *at: steps.append(at)
    )
    lines = out.read_bytes().split(b"\r\n")
    assert lines[0] == b"image_path,emotion" and lines[-1] == b"" and b"\n" not in b"".join(lines)
    rows = list(csv.reader(out.read_text().splitlines()))[1:]
    assert [name for name, _ in rows] == [f"{i}.png" for i in range(12)]
    assert dict(rows) == report.answers and steps[-1] == (12, 12) and len(steps) == 12
    assert report.no_face == ["3.png"] and list(report.broken) == ["7.png"] and "7.png" in report.broken["7.png"]
    assert rows[3][1] == rows[7][1] == "uncertain" and sum(report.counts.values()) == 12
    # Each other answer is that of the largest face.
    image = emotion.read_image(contest / "5.png")
    largest = max(detector.detect(image), key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1]))
    (one,) = classifier.classify(image, [largest])
    assert rows[5][1] == kaggle.Classes().name(one, 0)
    assert kaggle.check(out, contest) == []


def test_files_whole_pictures_fallback_and_threshold(contest, detector, classifier, tmp_path):
    files = [contest / "10.png", str(contest / "9.png"), contest / "3.png"]
    out = tmp_path / "submission.csv"
    report = kaggle.submit(files, out, whole=True, classifier=classifier, uncertain_below=0)
    assert list(report.answers) == ["3.png", "9.png", "10.png"] and report.no_face == []
    (one,) = classifier.classify_crops([emotion.read_image(contest / "9.png")])
    assert report.answers["9.png"] == kaggle.Classes().name(one, 0)
    report = kaggle.submit(files, out, detector=detector, classifier=classifier, uncertain_below=1)
    assert set(report.answers.values()) == {"uncertain"}
    report = kaggle.submit(files, out, detector=detector, classifier=classifier, uncertain_below=0, fallback="fear")
    assert report.answers["3.png"] == "fear"


@pytest.mark.parametrize(
    ("images", "keywords", "text"),
    [
        ("empty", {}, "no pictures in"),
        ("nowhere", {}, "no such folder"),
        ("test_kaggle", {"fallback": "joy"}, "fallback must be one of anger, .*got 'joy'"),
        ("test_kaggle", {"uncertain_below": 1.5}, r"uncertain_below must be in \[0, 1\], got 1.5"),
        (["test_kaggle/1.png", "other/1.png"], {}, "have the same name"),
    ],
)
def test_what_cannot_be_understood_is_a_sentence_and_no_file(images, keywords, text, contest, models, tmp_path):
    (tmp_path / "empty").mkdir()
    given = [tmp_path / one for one in images] if isinstance(images, list) else tmp_path / images
    with pytest.raises(emotion.EmotionError, match=text):
        kaggle.submit(given, tmp_path / "submission.csv", **keywords)
    assert not (tmp_path / "submission.csv").exists()


def test_check_names_all_that_is_wrong(tmp_path):
    file = tmp_path / "submission.csv"
    file.write_text("image,emotion\r\n0.jpg,sad\r\n0.jpg,sad\r\n2.jpg,joyful\r\n9.jpg,fear\r\n3.jpg\r\n")
    problems = kaggle.check(file, ["0.jpg", "1.jpg", "2.jpg", "3.jpg"])
    assert problems == [
        "line 1 must be image_path,emotion, got image,emotion",
        "line 4: 'joyful' is none of " + ", ".join(CLASSES),
        "line 6 must be a picture and a class, got 3.jpg",
        "1.jpg is missing",
        "3.jpg is missing",
        "0.jpg stands there 2 times",
        "9.jpg is none of the pictures",
    ]
    sample = tmp_path / "sample.csv"
    sample.write_text("image_path,emotion\n0.jpg,neutral\n")
    good = tmp_path / "good.csv"
    good.write_text("image_path,emotion\r\n0.jpg,sad\r\n")
    assert kaggle.check(good, sample) == [] and kaggle.check(good, ["0.jpg"], classes=["happy"]) != []
    (tmp_path / "nothing.csv").write_text("")
    assert kaggle.check(tmp_path / "nothing.csv", []) == ["line 1 must be image_path,emotion, got nothing"]
    with pytest.raises(emotion.EmotionOSError, match=r"nowhere\.csv"):
        kaggle.check(tmp_path / "nowhere.csv", sample)


def test_the_score_by_hand(tmp_path):
    truth, answers = tmp_path / "truth.csv", tmp_path / "answers.csv"
    truth.write_text("image_path,emotion\na,sad\nb,sad\nc,happy\nd,uncertain\n")
    answers.write_text("image_path,emotion\na,sad\nb,happy\nc,happy\nz,fear\n")
    score = kaggle.score(answers, truth)
    assert (score.pictures, score.accuracy) == (4, 0.5)
    assert score.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)
    assert score.confusion[6, 6] == score.confusion[6, 4] == score.confusion[4, 4] == score.confusion[8, 9] == 1
    assert score.as_dict()["not_answered"] == 1
    truth.write_text("image_path,emotion\na,sorrow\n")
    with pytest.raises(emotion.EmotionValueError, match="'sorrow' is none of"):
        kaggle.score(answers, truth)


def test_the_command_answers_checks_and_scores(run_cli, contest, tmp_path):
    done = run_cli("kaggle", "test_kaggle", "--out", "submission.csv", "--report", "left.csv", "--uncertain-below", 0)
    assert done.returncode == 0, done.stderr
    assert "12 pictures answered in submission.csv; 2 with the fallback class" in done.stderr
    assert (tmp_path / "left.csv").read_text().startswith("image_path,reason\n3.png,no face found\n7.png,")
    done = run_cli("kaggle", "test_kaggle", "--check", "submission.csv")
    assert done.returncode == 0 and "every picture is answered" in done.stdout
    done = run_cli("kaggle", "test_kaggle", "--check", "submission.csv", "--truth", "submission.csv", "--json")
    figures = json.loads(done.stdout)
    assert figures["problems"] == [] and figures["score"]["accuracy"] == 1 and figures["score"]["pictures"] == 12
    (contest / "12.png").write_bytes((contest / "1.png").read_bytes())
    done = run_cli("kaggle", "test_kaggle", "--check", "submission.csv")
    assert done.returncode == 1 and done.stderr == "emotion: 12.png is missing\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["test_kaggle"], "--out"),
        (["test_kaggle", "--out", "a.csv", "--check", "b.csv"], "not allowed"),
        (["test_kaggle", "--out", "a.csv", "--classes", "hapy,sad"], "'hapy' is no emotion"),
        (["test_kaggle", "--out", "a.csv", "--uncertain-below", "7"], "uncertain_below"),
    ],
)
def test_the_command_refuses_what_it_does_not_understand(arguments, text, run_cli, contest, tmp_path):
    done = run_cli("kaggle", *arguments)
    assert done.returncode == 2 and text in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "a.csv").exists()
