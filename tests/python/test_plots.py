"""What the plots draw, and that the pictures of the documentation are theirs."""

import os
import subprocess
import sys
from pathlib import Path

import emotion
import numpy as np
import pytest
from emotion import plots

pytest.importorskip("matplotlib")

ROOT = Path(__file__).resolve().parents[2]


def timeline(rows, labels=("happiness", "fear"), interval_s=2.0) -> emotion.Timeline:
    """rows: time to the counts of a frame."""
    result = emotion.Timeline(labels, interval_s)
    for time_s, counts in rows.items():
        result.add(time_s, emotion.FrameStatistics(sum(counts), counts, 0.0))
    return result


def test_the_line_of_the_dominant_emotion_is_up():
    axes = plots.new_axes()
    # Most faces happy, most afraid, a tie, nobody, a gap, happy.
    line_of = timeline({0: (2, 1), 2: (0, 3), 4: (1, 1), 6: (0, 0), 10: (1, 0)})
    assert plots.emotion_timeline(axes, line_of) is axes
    happy, afraid = axes.lines
    assert happy.get_xdata().tolist() == [0, 2, 4, 6, 8, 10, 12]
    up = [(line.get_ydata() > line.get_ydata().min()).tolist() for line in (happy, afraid)]
    assert up[0][:6] == [True, False, True, False, False, True]
    assert up[1][:6] == [False, True, False, False, False, False]
    assert happy.get_ydata().min() > afraid.get_ydata().max()  # the first label stands above
    assert happy.get_color() == tuple(part / 255 for part in emotion.label_color("happiness"))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["happiness", "fear"]
    assert axes.xaxis.get_major_formatter()(75, 0) == "1:15" and axes.xaxis.get_major_formatter()(3600, 0) == "60:00"


def test_counts_stand_on_each_other_below_the_heads():
    axes = plots.new_axes()
    assert plots.emotion_counts(axes, timeline({0: (2, 1), 2: (0, 3)})) is axes
    happy, afraid, heads = axes.patches
    assert happy.get_data().values.tolist() == [2, 0] and happy.get_data().baseline.tolist() == [0, 0]
    assert afraid.get_data().values.tolist() == [3, 3] and afraid.get_data().baseline.tolist() == [2, 0]
    assert heads.get_data().values.tolist() == [3, 3] and axes.get_ylim()[1] > 3


@pytest.mark.parametrize("draw", [plots.emotion_timeline, plots.emotion_counts])
def test_timelines_without_frames_and_without_labels(draw):
    assert draw(plots.new_axes(), timeline({})).get_xlim() == (0, 2)
    with pytest.raises(emotion.EmotionValueError, match="no labels"):
        draw(plots.new_axes(), emotion.Timeline())


def test_the_plane_has_the_circumplex_and_the_known_part_of_the_path():
    axes = plots.new_axes()
    assert plots.valence_arousal_plane(axes, [0.1, None, 0.3], [0.2, None, -0.4]) is axes
    names = emotion.circumplex_emotions()
    assert {text.get_text() for text in axes.texts} == set(names)
    assert axes.collections[0].get_offsets().tolist() == [[0.1, 0.2], [0.3, -0.4]]
    assert axes.lines[-1].get_xydata().tolist() == [[0.3, -0.4]]
    assert not plots.valence_arousal_plane(plots.new_axes()).collections
    with pytest.raises(emotion.EmotionValueError, match="2 valences and 1 arousals"):
        plots.valence_arousal_plane(plots.new_axes(), [0, 1], [0])


def test_bars_around_a_picture_have_sign_and_length(picture):
    axes = plots.new_axes()
    assert plots.valence_arousal_picture(axes, picture, -0.5, 7, "a face") is axes
    across, upright = axes.child_axes
    assert across.patches[0].get_width() == -0.5 and upright.patches[0].get_height() == 1
    assert across.patches[0].get_facecolor() != upright.patches[0].get_facecolor()
    assert "-0.50" in across.get_xlabel() and "+7.00" in upright.get_ylabel() and axes.get_title() == "a face"
    np.testing.assert_array_equal(axes.images[0].get_array(), picture)


def test_a_contact_sheet_keeps_shapes_and_captions(picture):
    wide, high = np.full((10, 40, 3), 7, np.uint8), np.full((40, 10), 9, np.uint8)
    axes = plots.new_axes()
    assert plots.contact_sheet(axes, [wide, high, picture], ["a", "b", "c"], columns=2, tile_px=40) is axes
    sheet = axes.images[0].get_array()
    assert [text.get_text() for text in axes.texts] == ["a", "b", "c"]
    assert sheet[20, 0].tolist() == [7, 7, 7] and sheet[0, 0].tolist() == [255, 255, 255]
    second = int(axes.texts[1].get_position()[0])
    assert sheet[0, second].tolist() == [9, 9, 9] and sheet[0, second - 10].tolist() == [255, 255, 255]
    assert axes.texts[2].get_position()[1] > 60  # the third is in the second row
    assert plots.contact_sheet(plots.new_axes(), []).images
    with pytest.raises(emotion.EmotionValueError, match="1 pictures and 2 captions"):
        plots.contact_sheet(plots.new_axes(), [wide], ["a", "b"])


def test_the_pictures_of_the_documentation_are_what_the_code_draws(tmp_path):
    pytest.importorskip("skimage")
    environment = {name: value for name, value in os.environ.items() if name != "EMOTION_MODELS"}
    script = ROOT / "examples" / "python" / "plot_gallery.py"
    subprocess.run([sys.executable, script, tmp_path / "drawn"], cwd=tmp_path, env=environment, check=True, timeout=120)
    drawn = sorted(path.name for path in (tmp_path / "drawn").iterdir())
    text = (ROOT / "docs" / "plots.md").read_text()
    assert len(drawn) == 12 and all(f"(pictures/{name})" in text for name in drawn)
    for name in drawn:
        new = emotion.read_image(tmp_path / "drawn" / name)
        old = emotion.read_image(ROOT / "docs" / "pictures" / name)
        assert new.shape == old.shape, name
        # Fonts and the models' last digits may differ; other bars, lines or labels are more than that.
        assert np.abs(new.astype(int) - old).mean() < 5, name
