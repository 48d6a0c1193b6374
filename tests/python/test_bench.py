"""What emotion bench measures can be run: its speed is no test's business."""

import emotion
import numpy as np
import pytest

pytest.importorskip("torch")
bench = pytest.importorskip("emotion.bench")


def test_every_network_takes_every_size_it_is_measured_at(tmp_path):
    subjects = bench._subjects(tmp_path)
    assert [name.split()[0] for name, _, _ in subjects] == ["RetinaFace", "faces", "emotion"]
    for _, folder, sizes in subjects:
        network = emotion.Network(folder)
        assert sizes
        for count, height, width in sizes:
            assert len(network.time_forward(count, height, width, warmup=0, repeats=1)) == 1


def test_a_file_that_opencv_cannot_read_is_named(tmp_path):
    pytest.importorskip("cv2")
    (tmp_path / "not-yunet.onnx").write_bytes(b"not a network")
    with pytest.raises(emotion.EmotionError, match=r"does not read .*not-yunet.onnx as YuNet, expected yunet_n_"):
        bench._opencv_detector(tmp_path / "not-yunet.onnx", np.zeros((64, 64, 3), np.uint8), 1)
