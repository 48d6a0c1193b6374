"""emotion dataset, run as users run it, with the models of the package on the astronaut's portrait."""

import csv
import json
import os
import subprocess
import sys

import emotion
import numpy as np
import pytest

skimage_data = pytest.importorskip("skimage.data")


@pytest.fixture
def people(tmp_path):
    """The astronaut smiles, once with a wrong label; a wall."""
    root = tmp_path / "people"
    image = emotion.resize(skimage_data.astronaut(), 256, 256)
    for name, pixels in {
        "happiness/a": image,
        "anger/b": image[:, ::-1].copy(),
        "anger/wall": image[:60, :60] * 0,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        emotion.write_image(root / f"{name}.png", np.ascontiguousarray(pixels))
    return root


@pytest.fixture
def shipped(tmp_path):
    def run(*arguments):
        environment = {name: value for name, value in os.environ.items() if name != "EMOTION_MODELS"}
        command = [sys.executable, "-m", "emotion", "dataset", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    return run


def test_from_portraits_to_a_reviewed_training_set(shipped, people, tmp_path):
    done = shipped("clean", "people", "--move-to", "left")
    assert done.returncode == 0 and "1 picture moved to left, 2 with one face" in done.stderr
    assert "wall.png" in done.stdout and (tmp_path / "left" / "anger" / "wall.png").is_file()
    done = shipped("crop", "people", "--out", "crops")
    assert done.returncode == 0 and "training set in crops, 0 pictures left out" in done.stdout
    done = shipped("review", "crops", "--out", "review.csv", "--sheet", "review.png")
    assert done.returncode == 0 and "1 of 2 labels are contradicted" in done.stdout, done.stderr
    assert min(emotion.read_image(tmp_path / "review.png").shape[:2]) > 200
    with open(tmp_path / "review.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["label"], row["said"]) == ("anger", "happiness") and row["image"].endswith("b.png")
    text = (tmp_path / "review.csv").read_text().rstrip()
    (tmp_path / "review.csv").write_text(text + "happy\n")
    done = shipped("apply", "review.csv", "crops", "--out", "reviewed.csv")
    assert done.stdout == "1 kept, 1 changed, 0 dropped; data set in reviewed.csv\n"
    assert {face.label for face in emotion.read_emotion_labels(tmp_path / "reviewed.csv")} == {"happiness"}


def test_duplicates_thresholds_and_comparison(shipped, people, tmp_path):
    done = shipped("duplicates", "people/happiness", "people/anger", "--json")
    (pair,) = json.loads(done.stdout)
    assert done.returncode == 1 and pair["mirrored"] and pair["first"].endswith("a.png")
    done = shipped("thresholds", "people", "--portraits", "--plots", "drawn", "--json")
    rows = json.loads(done.stdout)
    assert rows[0]["uncertain_share"] == 0 and rows[0]["accuracy"] == pytest.approx(1 / 3, abs=1e-3)
    done = shipped("compare", "people", "--models", "emotion", "--plots", "drawn")
    assert done.returncode == 0 and "within 1/25 s" in done.stdout, done.stderr
    assert sorted(path.name for path in (tmp_path / "drawn").iterdir()) == ["models.png", "thresholds.png"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["clean", "nowhere"], "no such folder: nowhere"),
        (["clean", "people", "--drop", "--move-to", "x"], "not allowed"),
        (["crop", "people"], "--out"),
        (["duplicates", "people"], "at least two folders"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(arguments, text, shipped, people):
    done = shipped(*arguments)
    assert done.returncode in (1, 2) and text in done.stderr and "Traceback" not in done.stderr
