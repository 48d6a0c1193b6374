"""emotion evaluate: its four tasks on small folders of pictures, and what they draw."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import emotion
import numpy as np
import pytest
from emotion import evaluation, plots


def test_emotions_are_evaluated(run_cli, emotion_data):
    done = run_cli("evaluate", "emotion", "crops")
    assert done.returncode == 0, done.stderr
    assert "macro F1" in done.stdout and "confusion" in done.stdout and "valence" in done.stdout
    figures = json.loads(run_cli("evaluate", "emotion", "crops", "--json").stdout)
    assert figures["pictures"] == figures["va_pictures"] == 24
    assert set(emotion.evaluate_emotion("emotion", str(emotion_data))) <= set(figures)
    assert run_cli("evaluate", "emotion", "nowhere").returncode == 1
    assert run_cli("evaluate", "emotion").returncode == 2


def test_markdown_has_the_numbers_of_the_text(run_cli, emotion_data):
    lines = run_cli("evaluate", "emotion", "crops", "--markdown").stdout.splitlines()
    assert lines[:3] == ["| figure | value |", "| --- | --- |", "| pictures | 24 |"]
    assert "**confusion (rows: labels, columns: what the model said)**" in lines
    cells = {line.split("|")[1].strip(): line.split("|")[2].strip() for line in lines if line.startswith("| ")}
    figures = json.loads(run_cli("evaluate", "emotion", "crops", "--json").stdout)
    assert float(cells["accuracy"]) == figures["accuracy"]
    assert run_cli("evaluate", "emotion", "crops", "--markdown", "--json").returncode == 2


def test_valence_and_arousal_are_evaluated(run_cli, emotion_data):
    figures = json.loads(run_cli("evaluate", "va", "crops", "--json").stdout)
    assert figures["va_pictures"] == 24
    # The labels of the drawn folder run from -0.5 upwards in steps of 1/24 and pass 0 once.
    assert figures["valence"]["signed_pictures"] == figures["arousal"]["signed_pictures"] == 23
    table = run_cli("evaluate", "va", "crops").stdout.splitlines()
    assert [line.split()[0] for line in table] == ["axis", "valence", "arousal"]
    assert float(table[1].split()[2]) == figures["valence"]["ccc"]
    none = run_cli("evaluate", "va", "crops,va=0")
    assert none.returncode == 2 and "no labels of valence and arousal in crops" in none.stderr


def test_a_broken_picture_is_named_and_the_rest_counts(run_cli, emotion_data):
    (emotion_data / "03.png").write_bytes(b"no picture")
    done = run_cli("evaluate", "va", "crops", "--json")
    assert done.returncode == 1 and "left out" in done.stderr and "03.png" in done.stderr
    assert json.loads(done.stdout)["va_pictures"] == 23
    for file in emotion_data.glob("*.png"):
        file.unlink()
    done = run_cli("evaluate", "emotion", "crops")
    assert done.returncode == 1 and "no picture of crops can be read" in done.stderr and "Traceback" not in done.stderr


def test_faces_are_evaluated(run_cli, faces_data, tmp_path):
    done = run_cli("evaluate", "faces", "crowd", "--scale", "1", "2", "--plots", "drawn")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split()[:3] == ["data", "split", "scale"] and len(lines) == 7
    assert [file.name for file in (tmp_path / "drawn").iterdir()] == ["precision_recall.png"]
    results = json.loads(run_cli("evaluate", "faces", "crowd", "--json").stdout)
    assert results[0]["pictures"] == 3 and results[0]["accuracy"][0]["faces"] == 6
    assert run_cli("evaluate", "faces", "crowd", "--markdown").stdout.startswith("| data | split | scale |")
    assert run_cli("evaluate", "faces", "crowd", "--scale", "0").returncode == 2
    assert run_cli("evaluate", "faces", "nowhere").returncode == 1


@pytest.fixture
def portraits(tmp_path):
    """The astronaut, and a picture without a face, with labels; for the shipped models."""
    data = pytest.importorskip("skimage.data")
    folder = tmp_path / "portraits"
    folder.mkdir()
    emotion.write_image(folder / "astronaut.png", data.astronaut())
    emotion.write_image(folder / "nobody.png", np.full((200, 200, 3), 90, np.uint8))
    with open(folder / "labels.csv", "w", newline="") as file:
        rows = [["image", "emotion", "valence", "arousal"], ["astronaut.png", "happiness", 0.8, 0.3]]
        csv.writer(file).writerows([*rows, ["nobody.png", "neutral", 0.5, -0.5]])
    return folder


def shipped(*arguments, cwd):
    """The command line with the models of the package."""
    environment = {name: value for name, value in os.environ.items() if name != "EMOTION_MODELS"}
    environment["EMOTION_CACHE"] = str(cwd / "no-cache")
    command = [sys.executable, "-m", "emotion", "evaluate", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def test_the_chain_finds_cuts_and_classifies(portraits, tmp_path):
    done = shipped("chain", "portraits", "--json", "--plots", "drawn", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert (figures["pictures"], figures["not_found"], figures["crop"]) == (2, 1, "aligned")
    assert figures["found"]["accuracy"] == 1 and figures["all"]["accuracy"] == 0.5
    assert figures["all"]["macro_f1"] == 0.5 and figures["all"]["not_found"]["neutral"] == 1
    assert figures["found"]["valence"]["sign_agreement"] == 1 and figures["all"]["valence"]["sign_agreement"] == 0.5
    names = ["arousal.png", "confusion.png", "reliability.png", "valence.png"]
    assert sorted(file.name for file in (tmp_path / "drawn").iterdir()) == names  # and no temporary ones
    assert min(emotion.read_image(tmp_path / "drawn" / "confusion.png").shape[:2]) > 500
    text = shipped("chain", "portraits", "--crop", "box", cwd=tmp_path).stdout
    assert text.startswith("2 pictures, in 1 no face found; crop: box\n")


def test_whole_pictures_and_the_chain_differ_on_a_portrait(portraits, tmp_path):
    whole = json.loads(shipped("va", "portraits", "--json", cwd=tmp_path).stdout)
    chain = json.loads(shipped("chain", "portraits", "--json", cwd=tmp_path).stdout)
    assert whole["va_pictures"] == chain["all"]["va_pictures"] == 2
    assert whole["valence"]["rmse"] != chain["all"]["valence"]["rmse"]


def test_a_folder_for_plots_that_cannot_be_is_said_before_the_work(run_cli, tmp_path, emotion_data):
    (tmp_path / "drawn").write_text("")
    done = run_cli("evaluate", "va", "crops", "--plots", "drawn")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "emotion: cannot make the folder drawn: Not a directory\n"


def test_a_missing_matplotlib_is_said_before_the_work(tmp_path, models, emotion_data):
    code = (
        "import sys; sys.modules['matplotlib'] = None; sys.modules['matplotlib.figure'] = None\n"
        "import emotion.cli\n"
        "sys.exit(emotion.cli.main(['evaluate', 'va', 'crops', '--plots', 'drawn']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 1 and "pip install 'emotion[plots]'" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == "" and not (tmp_path / "drawn").exists()


def test_plots_draw_what_they_are_given_on_the_axes_they_get():
    counts = evaluation.confusion_matrix([0, 0, 1], [0, 1, 1])
    axes = plots.new_axes()
    assert plots.confusion_matrix(axes, counts, evaluation.LABELS) is axes
    assert [text.get_text() for text in axes.texts[:9]] == ["1", "1", "0", "0", "0", "0", "0", "0", "0"]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(evaluation.LABELS)

    axes = plots.reliability(plots.new_axes(), [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6]], [0, 1, 1], bins=2)
    accuracy = next(line for line in axes.lines if line.get_label() == "accuracy")
    assert accuracy.get_xydata().tolist() == [[pytest.approx(2.3 / 3), pytest.approx(2 / 3)]]
    assert "0.100" in axes.get_title()

    axes = plots.valence_arousal_scatter(plots.new_axes(), [0.1, -0.5], [0.2, -0.4], "valence")
    assert axes.collections[0].get_offsets().tolist() == [[0.1, 0.2], [-0.5, -0.4]]
    assert "2 pictures" in axes.get_title()

    axes = plots.new_axes()
    plots.precision_recall(axes, [0.0, 1.0], [1.0, 0.5], "one")
    plots.precision_recall(axes, [0.0, 0.5], [1.0, 0.2], "two")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]
