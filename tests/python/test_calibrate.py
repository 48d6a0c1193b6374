"""Calibrations: fitted on a drawn data set, kept in the card, used by the classifier, the command line and a run."""

import json

import emotion
import numpy as np
import pytest
from small_models import LABELS

CPU = {"device": "cpu", "precision": "f32"}


@pytest.fixture
def shaded(tmp_path, picture):
    """Crops of one shade each under a little noise: another shade is another label."""
    random = np.random.default_rng(5)
    folder = tmp_path / "shaded"
    folder.mkdir()
    lines = ["image,emotion,valence,arousal"]
    for i in range(80):
        noise = random.integers(0, 40, (48, 48), dtype=np.uint8)
        noise[:, : 5 * (1 + i % 8)] += 200  # a bright part, which the network sees: it brings pictures to one mean
        emotion.write_image(folder / f"{i:02}.png", noise)
        lines.append(f"{i:02}.png,{LABELS[i % 8]},0,0")
    emotion.write_image(folder / "80.png", noise)
    (folder / "labels.csv").write_text("\n".join([*lines, "80.png,,0.5,0.1"]) + "\n")
    return folder


@pytest.fixture
def calibrated(models, shaded, tmp_path):
    """Figures and folder of the small model with a calibration by the shades."""
    return emotion.calibrate_emotion("emotion", shaded, name="shades", out=tmp_path / "new"), tmp_path / "new"


def test_a_calibration_is_fitted_and_written_beside_the_same_weights(calibrated, models):
    figures, folder = calibrated
    assert (figures["pictures"], figures["left_out"], figures["skipped"]) == (80, 1, [])
    assert figures["calibrated"]["log_loss"] < figures["as_it_is"]["log_loss"]
    assert figures["calibrated"]["accuracy"] > figures["as_it_is"]["accuracy"]
    assert (folder / "model.safetensors").read_bytes() == (models / "emotion" / "model.safetensors").read_bytes()
    card, before = emotion.read_model_card(folder), emotion.read_model_card(models / "emotion")
    assert list(card.calibrations) == ["shades"] and before.calibrations == {}
    assert card.calibrations["shades"]["description"] == "Fitted on 80 labelled pictures."
    content, old = json.loads(card.to_json()), json.loads(before.to_json())
    assert content.pop("calibrations") and content.pop("format_version") == 2 and old.pop("format_version") == 1
    assert content == old


def test_the_classifier_gives_what_numpy_computes(calibrated, picture):
    _, folder = calibrated
    crops = [picture[:48, :48], picture[100:160, 30:90]]
    own = emotion.EmotionClassifier(folder, **CPU).classify_crops(crops)
    said = emotion.EmotionClassifier(folder, calibration="shades", **CPU).classify_crops(crops)
    one = emotion.read_model_card(folder).calibrations["shades"]
    for a, b in zip(own, said):
        scores = np.array(one["weights"]) @ np.log(a.probabilities.astype(float)) + one["bias"]
        expected = np.exp(scores - scores.max())
        np.testing.assert_allclose(b.probabilities, expected / expected.sum(), atol=1e-5)
        assert b.probabilities.sum() == pytest.approx(1, abs=1e-5)
        assert (a.valence, a.arousal) == (b.valence, b.arousal)
    assert not np.allclose(own[0].probabilities, said[0].probabilities, atol=1e-3)
    # Averaged over the mirror image: each of the two is calibrated, then comes the mean.
    both = [crops[0], crops[0][:, ::-1]]
    alone = emotion.EmotionClassifier(folder, calibration="shades", **CPU).classify_crops(both)
    flipped = emotion.EmotionClassifier(folder, calibration="shades", flip_average=True, **CPU).classify_crops(both)
    mean = (alone[0].probabilities + alone[1].probabilities) / 2
    np.testing.assert_allclose(flipped[0].probabilities, mean, atol=1e-5)


def test_the_evaluation_takes_it(calibrated, shaded):
    figures, folder = calibrated
    own = emotion.evaluate_emotion(folder, shaded)
    assert own["accuracy"] == figures["as_it_is"]["accuracy"]
    assert emotion.evaluate_emotion(folder, shaded, calibration="shades")["accuracy"] > own["accuracy"]


def test_a_run_takes_it(calibrated, models, picture):
    _, folder = calibrated
    frames = [picture] * 3
    options = {"detector": models / "faces", "classifier": folder, "min_score": 0.01, **CPU}
    own = [frame.faces[0].now for frame in emotion.Emanalysis(frames, **options)]
    said = [frame.faces[0].now for frame in emotion.Emanalysis(frames, calibration="shades", **options)]
    one = emotion.read_model_card(folder).calibrations["shades"]
    for a, b in zip(own, said):
        scores = np.array(one["weights"]) @ np.log(a.probabilities.astype(float)) + one["bias"]
        assert b.label_index == scores.argmax()
        assert not np.allclose(a.probabilities, b.probabilities, atol=1e-3)


def test_an_unknown_name_says_which_there_are(calibrated, models):
    _, folder = calibrated
    with pytest.raises(emotion.EmotionValueError, match="no calibration 'shade'; it has 'shades'"):
        emotion.EmotionClassifier(folder, calibration="shade")
    with pytest.raises(emotion.EmotionValueError, match="no calibration 'shade'; it has none"):
        emotion.Emanalysis([], classifier=models / "emotion", detector=models / "faces", calibration="shade")
    with pytest.raises(emotion.EmotionValueError, match="evaluate_emotion: model 'emotion' has no calibration"):
        emotion.evaluate_emotion(folder, folder, calibration="shade")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"name": "shades"}, "has a calibration 'shades' already; choose another name"),
        ({"name": "No name"}, "name must be 1 to 64 characters"),
        ({"out": ""}, "out must be a new folder, got an empty path"),
        ({"data": []}, "data is empty"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
    ],
)
def test_what_cannot_be_done_is_said(options, text, calibrated, shaded, tmp_path):
    _, folder = calibrated
    given = {"model": folder, "data": shaded, "name": "second", "out": tmp_path / "third", **options}
    with pytest.raises(emotion.EmotionValueError, match=text):
        emotion.calibrate_emotion(given.pop("model"), given.pop("data"), **given)
    assert not (tmp_path / "third").exists()


def test_the_command_line_fits_shows_and_uses_it(run_cli, shaded, tmp_path):
    done = run_cli("calibrate", "shaded", "--name", "shades", "--description", "Shades.", "--out", "new")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "80 pictures, 1 without a class left out"
    assert [line.split("  ")[0] for line in lines[2:]] == ["accuracy", "log loss", "calibration error"]
    assert "calibration shades written to new" in done.stderr
    again = run_cli("calibrate", "shaded", "--name", "shades", "--out", "new")
    assert again.returncode == 2 and "new exists already; name a new folder" in again.stderr
    figures = json.loads(
        run_cli("calibrate", "shaded", "--name", "b", "--model", "./new", "--out", "x", "--json").stdout
    )
    assert f"{figures['calibrated']['log_loss']:.4f}" == lines[3].split()[-1]
    assert list(emotion.read_model_card(tmp_path / "x").calibrations) == ["b", "shades"]
    shown = run_cli("models", "show", "./x").stdout
    assert "calibrations  b, shades\n" in shown

    evaluated = [
        json.loads(run_cli("evaluate", "emotion", "shaded", "--model", "./new", "--json", *more).stdout)["accuracy"]
        for more in ((), ("--calibration", "shades"))
    ]
    assert evaluated[0] == pytest.approx(figures["as_it_is"]["accuracy"]) and evaluated[1] > evaluated[0]
    for command in (("evaluate", "emotion", "shaded"), ("evaluate", "chain", "shaded"), ("analyze", "shaded/00.png")):
        refused = run_cli(*command, "--calibration", "none-such")
        assert refused.returncode == 2 and "no calibration 'none-such'; it has none" in refused.stderr


def test_pictures_are_analysed_with_it(calibrated, run_cli, picture, tmp_path):
    emotion.write_image(tmp_path / "p.png", picture)
    said = {}
    for name in ("", "shades"):
        model = ("--model-emotion", "./new", "--calibration", name) if name else ("--model-emotion", "./new")
        done = run_cli("analyze", "p.png", "--json", *model)
        assert done.returncode == 0, done.stderr
        said[name] = json.loads(done.stdout)
    assert said[""] != said["shades"]
