"""Labels made by a teacher, with a teacher of the test's own: it finds bright squares."""

from pathlib import Path

import emotion
import numpy as np
import pytest
from emotion.labeling import find_merged, label_faces, landmark_places


class SquareFinder:
    """A detector for one bright square: its box, landmarks at fixed places in it, a score that tells the scale."""

    def __init__(self, score: float = 0.9):
        self.score = score
        self.sizes: list[tuple[int, int]] = []

    def detect(self, image):
        self.sizes.append(image.shape[:2])
        rows, columns = np.nonzero(image[:, :, 0] > 128)
        if rows.size == 0:
            return []
        x1, y1, x2, y2 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        places = np.array([[0.2, 0.2], [0.7, 0.2], [0.4, 0.5], [0.3, 0.8], [0.6, 0.8]])
        landmarks = np.array([x1, y1]) + places * np.array([x2 - x1, y2 - y1])
        return [emotion.Face((x1, y1, x2, y2), self.score, landmarks.astype(np.float32))]


def picture(x: int, y: int, size: int) -> np.ndarray:
    image = np.zeros((80, 100, 3), np.uint8)
    image[y : y + size, x : x + size] = 255
    return image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images" / "sub").mkdir(parents=True)
    emotion.write_image(tmp_path / "images" / "a.png", picture(10, 20, 30))
    emotion.write_image(tmp_path / "images" / "sub" / "b.png", picture(40, 8, 24))
    emotion.write_image(tmp_path / "images" / "c.png", np.zeros((80, 100, 3), np.uint8))
    (tmp_path / "images" / "notes.txt").write_text("no picture")
    return tmp_path


def test_scales_and_mirror_become_one_face_in_pixels_of_the_picture():
    finder = SquareFinder()
    rows = find_merged(finder, picture(10, 20, 30), scales=(1, 2, 0.5))
    assert finder.sizes == [(80, 100), (160, 200), (40, 50)]
    assert rows.shape == (1, 15)
    np.testing.assert_allclose(rows[0, :4], [10, 20, 40, 50], atol=0.7)
    np.testing.assert_allclose(rows[0, 4:6], [16, 26], atol=0.7)
    mirrored = find_merged(finder, picture(10, 20, 30), scales=(1,), mirror=True)
    assert mirrored.shape == (1, 15)
    np.testing.assert_allclose(mirrored[0, :4], [10, 20, 40, 50], atol=1e-4)
    # The left eye stays the left one: mean of its place and of the mirrored place of the right eye.
    np.testing.assert_allclose(mirrored[0, 4], 10 + 30 * (0.2 + 0.3) / 2, atol=1e-4)


def test_pictures_without_labels_get_boxes_and_landmarks(folder: Path):
    steps = []
    result = label_faces(folder, SquareFinder(), scales=(1,), callback=lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    back = emotion.read_face_labels(folder, "train")
    assert [p.path.name for p in back] == [p.path.name for p in result] == ["a.png", "c.png", "b.png"]
    assert [len(p.faces) for p in back] == [1, 0, 1]
    assert back[0].faces[0].box == (10, 20, 40, 50)
    np.testing.assert_allclose(back[0].faces[0].landmarks[2], [22, 35], atol=0.01)


def test_unsure_faces_become_ignore_regions(folder: Path):
    label_faces(folder, SquareFinder(score=0.4), scales=(1,))
    back = emotion.read_face_labels(folder, "train")
    assert [len(p.faces) for p in back] == [0, 0, 0]
    assert list(back[0].ignore_regions) == [(10, 20, 40, 50)]


def test_given_boxes_stay_and_get_landmarks_where_the_teacher_agrees(folder: Path):
    near = emotion.FaceLabel((12, 20, 42, 50))
    far = emotion.FaceLabel((60, 60, 80, 80))
    emotion.write_face_labels(
        folder, "val", [emotion.LabelledPicture(folder / "images" / "a.png", [near, far], [(0, 0, 5, 5)])]
    )
    label_faces(folder, SquareFinder(), split="val", scales=(1,))
    (back,) = emotion.read_face_labels(folder, "val")
    assert [face.box for face in back.faces] == [near.box, far.box]
    assert back.faces[0].landmarks is not None
    assert back.faces[1].landmarks is None
    assert list(back.ignore_regions) == [(0, 0, 5, 5)]


def test_a_broken_picture_is_an_error_that_names_it(folder: Path):
    (folder / "images" / "broken.png").write_text("no picture")
    with pytest.raises(emotion.EmotionOSError, match=r"broken\.png"):
        label_faces(folder, SquareFinder())


def test_landmark_places_are_the_medians_in_px_of_the_crop(tmp_path):
    for number, x in enumerate((8, 10, 30)):
        emotion.write_image(tmp_path / f"{number}.png", picture(x, 20, 20))
    emotion.write_image(tmp_path / "empty.png", np.zeros((80, 100, 3), np.uint8))
    places = landmark_places(sorted(tmp_path.iterdir()), SquareFinder(), enlarge=2)
    assert (places.pictures, places.found) == (4, 3)
    assert places.median[0] == pytest.approx((14, 24), abs=0.5)
    assert places.spread[0] == pytest.approx((11, 0), abs=0.5)
    with pytest.raises(emotion.EmotionValueError, match="no face was found in any of 1 crops"):
        landmark_places([tmp_path / "empty.png"], SquareFinder())
