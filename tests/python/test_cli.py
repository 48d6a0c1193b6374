"""The command line around emotion analyze: help, models, training and measuring."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import emotion
import pytest

COMMANDS = [
    ["analyze"],
    ["models", "list"],
    ["models", "show"],
    ["models", "verify"],
    ["models", "import"],
    ["models", "download"],
    ["train", "emotion"],
    ["train", "faces"],
    ["evaluate", "emotion"],
    ["evaluate", "va"],
    ["evaluate", "faces"],
    ["evaluate", "chain"],
    ["dashboard"],
    ["bench"],
]


@pytest.mark.parametrize("command", [[], ["models"], ["train"], ["evaluate"], *COMMANDS], ids=" ".join)
def test_every_help_shows_an_example(command, run_cli):
    done = run_cli(*command, "--help")
    assert done.returncode == 0 and done.stderr == ""
    assert re.search(r"examples?:\n  emotion " + " ".join(command), done.stdout)
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_version_and_cmake_folder(run_cli):
    assert run_cli("--version").stdout == f"emotion {emotion.__version__}\n"
    folder = Path(run_cli("--cmake-dir").stdout.strip())
    assert (folder / "emotionConfig.cmake").is_file()


def test_the_console_script_is_the_same(tmp_path):
    script = Path(sys.executable).parent / "emotion"
    done = subprocess.run([script, "--version"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.stdout == f"emotion {emotion.__version__}\n"


def test_models_are_listed_and_shown(run_cli, models):
    lines = run_cli("models", "list").stdout.splitlines()
    assert lines[0].split() == ["name", "task", "revision", "architecture", "origin", "folder"]
    assert any(line.split()[:4] == ["emotion", "emotion", "3", "emotion_resnet"] for line in lines)
    entries = json.loads(run_cli("models", "list", "--json").stdout)
    assert {"faces", "emotion"} <= {entry["name"] for entry in entries}
    shown = run_cli("models", "show", "emotion").stdout
    assert "contempt" in shown and "48 x 48 px, gray" in shown and "licence" in shown
    card = emotion.ModelCard.from_json(run_cli("models", "show", "emotion", "--json").stdout)
    assert card == emotion.models.card("emotion")
    missing = run_cli("models", "show", "nobody")
    assert missing.returncode == 2 and "nobody" in missing.stderr


def test_verify_names_the_bad_one_and_goes_on(run_cli, models, tmp_path):
    shutil.copytree(models / "faces", tmp_path / "bad")
    weights = next((tmp_path / "bad").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1])
    done = run_cli("models", "verify", tmp_path / "bad", "faces")
    assert done.returncode == 1
    assert "faces: good" in done.stdout and "bad" in done.stderr and "Traceback" not in done.stderr
    assert run_cli("models", "verify", "faces", "emotion").returncode == 0


def test_import_of_nonsense_is_a_sentence(run_cli, tmp_path):
    assert run_cli("models", "import", "nonsense", "a.pth", "--out", "x").returncode == 2
    done = run_cli("models", "import", "yunet_n", "nowhere.pth", "--out", "x")
    assert done.returncode == 1 and "nowhere.pth" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


def test_import_makes_a_model_that_loads(run_cli, shared, tmp_path):
    pytest.importorskip("torch")
    found = sorted((shared / "weights").rglob("yunet_n*.pth"))
    if not found:
        pytest.skip("no yunet_n checkpoint among the shared weights")
    done = run_cli("models", "import", "yunet_n", found[0], "--out", "yunet")
    assert done.returncode == 0, done.stderr
    assert emotion.FaceDetector(tmp_path / "yunet", device="cpu").card.architecture["name"] == "yunet"


# ------------------------------------------------------------------------------------------------ training, measuring


def test_labels_survive_the_way_through_the_file(faces_data):
    pictures = emotion.read_face_labels(faces_data, "val")
    assert [p.path.name for p in pictures] == ["val0.png", "val1.png", "val2.png"]
    assert all(len(p.faces) == 2 and p.path.is_file() for p in pictures)
    with pytest.raises(OSError, match="nosuch"):
        emotion.read_face_labels(faces_data, "nosuch")


def test_average_precision_of_perfect_and_of_nothing(faces_data):
    pictures = emotion.read_face_labels(faces_data, "val")
    found = [[emotion.Face(label.box, 0.9) for label in p.faces] for p in pictures]
    assert emotion.evaluate_faces(found, pictures)["accuracy"][0]["average_precision"] == pytest.approx(1)
    nothing = emotion.evaluate_faces([[] for _ in pictures], pictures)
    assert nothing["accuracy"][0]["average_precision"] == 0 and nothing["accuracy"][0]["faces"] == 6
    with pytest.raises(ValueError):
        emotion.evaluate_faces([], pictures)


def test_faces_are_trained_and_the_model_works(run_cli, faces_data, tmp_path, picture):
    small = shlex.split("--widths 8,8,8,8,8 --blocks 0,0,0 --neck 8 --crop 64 --batch-size 2 --warmup-steps 1")
    command = ["train", "faces", "--train", "crowd", "--validation", "crowd", "--out", "mine", *small]
    done = run_cli(*command, "--steps", 4, "--epoch-steps", 2, "--note", "data=squares")
    assert done.returncode == 0, done.stderr
    assert "model in" in done.stdout and "epoch" in done.stderr and "Traceback" not in done.stderr
    detector = emotion.FaceDetector(tmp_path / "mine", device="cpu")
    assert detector.card.architecture["parameters"]["widths"] == [8, 8, 8, 8, 8]
    assert "squares" in json.dumps(detector.card.details)
    detector.detect(picture)


def test_emotions_are_trained_and_the_model_works(run_cli, emotion_data, tmp_path, picture):
    small = shlex.split("--widths 8,8,8 --blocks 1 --epochs 2 --batch-size 8 --va-batch-size 4 --warmup-steps 1")
    command = ["train", "emotion", "--train", "crops,part=0-2/4", "--validation", "crops,part=3/4", "--out", "mine"]
    done = run_cli(*command, *small)
    assert done.returncode == 0, done.stderr
    assert "model in" in done.stdout
    classifier = emotion.EmotionClassifier(tmp_path / "mine", device="cpu")
    assert classifier.classify_crops(picture[None, :48, :48])[0].labels == classifier.labels

    taught = ["--extra", "crops,part=3/4,classes=0", "--teacher", "mine", "--teacher", tmp_path / "mine"]
    options = ["--teacher-share", "0.7", "--class-balance", "0.5", "--patience", "5", "--widths", "8,8,8,16"]
    done = run_cli(*command[:-1], "taught", *small, *taught, *options)
    assert done.returncode == 0, done.stderr
    training = emotion.read_model_card(tmp_path / "taught").details["training"]
    assert training["pictures"] > emotion.read_model_card(tmp_path / "mine").details["training"]["pictures"]
    assert [teacher["name"] for teacher in training["teachers"]] == ["emotion", "emotion"]
    assert training["teacher_share"] == 0.7 and training["class_balance"] == 0.5 and training["patience"] == 5


def test_training_stops_when_the_callback_says_so(faces_data, tmp_path):
    options = dict(
        train=str(faces_data), out=tmp_path / "mine", widths=(8, 8, 8, 8, 8), blocks=(0, 0, 0), neck=8, crop=64,
        batch_size=2, steps=50, epoch_steps=2,
    )  # fmt: skip
    seen = []

    def stop(progress):
        seen.append((progress.step, progress.steps))
        assert repr(progress).startswith("TrainProgress(epoch=")
        return len(seen) < 3

    report = emotion.train_faces(**options, callback=stop)
    assert not report.finished and seen[-1] == (3, 50)
    assert not (tmp_path / "mine" / "model.json").exists()

    def fail(progress):
        raise KeyError("from the callback")

    with pytest.raises(KeyError, match="from the callback"):
        emotion.train_faces(**options, callback=fail)
    resumed = emotion.train_faces(**{**options, "steps": 6}, resume=True)
    assert resumed.finished and (tmp_path / "mine" / "model.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["train", "faces", "--train", "crowd"], "--out"),
        (["train", "faces", "--train", "crowd:x", "--out", "m"], "weight in 'crowd:x'"),
        (["train", "faces", "--train", "crowd", "--out", "m", "--widths", "1,b"], "whole numbers"),
        (["train", "faces", "--train", "crowd", "--out", "m", "--batch-size", "0"], "batch_size"),
        (["train", "emotion", "--out", "m"], "--train"),
        (["train", "emotion", "--train", "x,part=9", "--out", "m"], "part"),
        (["train", "emotion", "--train", "x", "--out", "m", "--note", "x"], "KEY=TEXT"),
        (["train", "emotion", "--train", "x", "--out", "m", "--patience", "2"], "patience needs validation sets"),
        (["train", "emotion", "--train", "x", "--out", "m", "--precision", "f16"], "must be f32 or bf16, got f16"),
        (["train", "faces", "--train", "x", "--out", "m", "--precision", "half"], "got 'half'"),
        (["train", "emotion", "--train", "x", "--out", "m", "--device", "gpu"], "got 'gpu'"),
        (["train", "faces", "--train", "x", "--out", "m", "--device", "gpu"], "got 'gpu'"),
        (["train", "emotion", "--train", "x", "--out", "m", "--color", "blue"], "got 'blue'"),
    ],
)
def test_bad_training_commands_are_sentences(arguments, text, run_cli):
    done = run_cli(*arguments)
    assert done.returncode == 2 and text in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("task", ["emotion", "faces"])
@pytest.mark.skipif(emotion.cuda_available(), reason="there is CUDA")
def test_cuda_that_is_not_there_is_an_error_and_never_the_processor(task, run_cli, tmp_path):
    done = run_cli("train", task, "--train", "x", "--out", "m", "--device", "cuda")
    assert done.returncode == 1 and "device 'cuda' was asked for, but this " in done.stderr, done.stderr
    assert not (tmp_path / "m").exists()


def test_missing_keyword_arguments_are_named():
    with pytest.raises(TypeError, match="train_faces: no argument is called 'epochs'"):
        emotion.train_faces(epochs=3)
    with pytest.raises(TypeError, match="train_emotion: epochs is a str, expected int"):
        emotion.train_emotion(epochs="3")


def test_a_missing_torch_is_said(monkeypatch, tmp_path, models):
    """Import of checkpoints is the one thing that needs the torch package itself."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import emotion.cli\n"
        "open('a.pth', 'wb').write(b'x')\n"
        "sys.exit(emotion.cli.main(['models', 'import', 'yunet_n', 'a.pth', '--out', 'x']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=dict(os.environ), timeout=60
    )
    assert done.returncode == 1 and "pip install torch" in done.stderr and "Traceback" not in done.stderr
