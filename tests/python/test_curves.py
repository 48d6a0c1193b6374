"""curves.png, which a training run draws of its curves.csv."""

import math
import shlex
import subprocess
import sys

import emotion
import pytest
from emotion import plots
from emotion.cli.curves import draw_curves, group_curves, read_curves

SMALL = shlex.split("--widths 8,8,8 --blocks 1 --batch-size 8 --va-batch-size 4 --warmup-steps 1 --threads 1")
TABLE = """epoch,steps,learning_rate,loss,teacher_loss,validation_ece,ap_crowd
1,10,0.1,2,0,,0.25
2,20,0.2,1.5,0,,0.5
"""


def test_columns_are_drawn_in_their_panels(tmp_path):
    (tmp_path / "curves.csv").write_text(TABLE)
    columns = read_curves(tmp_path / "curves.csv")
    assert columns["steps"] == [10, 20] and all(map(math.isnan, columns["validation_ece"]))
    groups = group_curves(columns)
    assert {title: list(group) for title, group in groups.items()} == {
        "loss": ["loss"],  # there was no teacher
        "learning rate": ["learning rate"],
        "validation": ["ap crowd"],  # and no calibration error
    }
    axes = plots.new_axes()
    assert plots.curves(axes, columns["epoch"], groups["validation"], "validation") is axes
    assert axes.lines[0].get_xydata().tolist() == [[1, 0.25], [2, 0.5]]
    assert axes.get_legend().get_texts()[0].get_text() == "ap crowd" and axes.get_title() == "validation"


def test_a_table_without_epochs_gives_no_picture(tmp_path):
    (tmp_path / "curves.csv").write_text(TABLE.splitlines(keepends=True)[0])
    draw_curves(tmp_path / "curves.csv", tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()


def test_a_run_draws_its_curves_and_a_resumed_one_draws_them_again(run_cli, emotion_data, tmp_path):
    command = ["train", "emotion", "--train", "crops", "--validation", "crops", "--out", "mine", "--epochs", 2, *SMALL]
    done = run_cli(*command)
    assert done.returncode == 0, done.stderr
    picture = tmp_path / "mine-training" / "curves.png"
    assert min(emotion.read_image(picture).shape[:2]) > 500
    picture.unlink()
    done = run_cli(*command, "--resume")
    assert done.returncode == 0 and picture.is_file(), done.stderr


def test_faces_are_drawn_into_the_folder_of_work(run_cli, faces_data, tmp_path):
    small = shlex.split("--widths 8,8,8,8,8 --blocks 0,0,0 --neck 8 --crop 64 --batch-size 2 --threads 1")
    command = ["train", "faces", "--train", "crowd", "--out", "mine", "--work", "there", *small]
    done = run_cli(*command, "--steps", 2, "--epoch-steps", 1)
    assert done.returncode == 0 and (tmp_path / "there" / "curves.png").is_file(), done.stderr


@pytest.mark.parametrize("what", ["matplotlib", "the disk"])
def test_a_picture_that_cannot_be_drawn_is_said_once_and_disturbs_nothing(what, models, emotion_data, tmp_path):
    if what == "matplotlib":
        before = "sys.modules['matplotlib'] = None; sys.modules['matplotlib.figure'] = None"
        text = "pip install 'emotion[plots]'"
    else:
        before = "pathlib.Path('mine-training/curves.png').mkdir(parents=True)"
        text = "mine-training/curves.png"
    arguments = ["train", "emotion", "--train", "crops", "--out", "mine", "--epochs", "2", *SMALL]
    code = f"import pathlib, sys; {before}\nimport emotion.cli\nsys.exit(emotion.cli.main({arguments}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    said = [line for line in done.stderr.splitlines() if "curves.png" in line]
    assert len(said) == 1 and said[0].startswith("emotion: curves.png is not drawn: ") and text in said[0]
    assert emotion.read_model_card(tmp_path / "mine").name == "emotion"
