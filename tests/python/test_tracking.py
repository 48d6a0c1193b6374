"""Head pose, tracks, smoothing, statistics and timelines from Python, on cases made by hand."""

import math
import threading

import emotion
import numpy as np
import pytest

FRONT = [[38, 46], [66, 46], [52, 60], [41, 76], [63, 76]]


def face(x: float, score: float = 0.9) -> emotion.Face:
    return emotion.Face((x, 20, x + 40, 70), score)


def said(*probabilities: float, valence=None, arousal=None) -> emotion.Emotion:
    return emotion.Emotion(["neutral", "happiness", "anger"][: len(probabilities)], probabilities, valence, arousal)


def test_the_pose_follows_the_nose():
    front = emotion.estimate_head_pose(FRONT)
    assert abs(front.yaw_deg) < 5 and abs(front.roll_deg) < 2
    points = np.array(FRONT, float)
    points[2, 0] += 8
    turned = emotion.estimate_head_pose(points)
    assert turned.yaw_deg > front.yaw_deg + 15
    points[2, 0] -= 16
    assert emotion.estimate_head_pose(points).yaw_deg == pytest.approx(-turned.yaw_deg, abs=1)
    assert emotion.estimate_head_pose([[5, 5]] * 5) is None
    assert emotion.looks_to_front(emotion.HeadPose(20, -20, 90))
    assert not emotion.looks_to_front(emotion.HeadPose(20, 0), max_yaw_deg=10)
    with pytest.raises(ValueError, match="max_yaw_deg"):
        emotion.looks_to_front(emotion.HeadPose(), max_yaw_deg=-1)
    with pytest.raises(ValueError, match=r"\(4, 2\)"):
        emotion.estimate_head_pose(FRONT[:4])


def test_tracks_keep_their_ids_over_motion_and_a_short_absence():
    tracker = emotion.Tracker(max_gap_s=1)
    ids = []
    for i in range(20):
        faces = [face(10 + 4 * i)] + ([face(400)] if not 8 <= i <= 10 else [])
        tracks = tracker.update(faces, i / 10)
        assert all(track.seen_now and track.last_s == i / 10 for track in tracks)
        ids.append([track.id for track in tracks])
    assert ids[0] == ids[-1] == [1, 2] and ids[9] == [1]
    assert [track.sights for track in tracker.tracks()] == [20, 17]
    (moved, _) = tracker.predict(2.0)
    assert moved.face.box[0] == pytest.approx(10 + 4 * 20, abs=2) and not moved.seen_now
    tracker.clear()
    assert tracker.tracks() == [] and tracker.update([face(10)], 3)[0].id == 3
    with pytest.raises(ValueError, match=r"2\.5"):
        tracker.update([], 2.5)
    with pytest.raises(ValueError, match="min_iou"):
        emotion.Tracker(min_iou=2)
    with pytest.raises(TypeError, match="'speed'"):
        emotion.Tracker(speed=1)
    assert emotion.Tracker(min_iou=0.25, max_missed=5).options["max_missed"] == 5


def test_threads_may_share_a_tracker():
    tracker = emotion.Tracker(max_gap_s=100)
    errors = []

    def work():
        try:
            for _ in range(200):
                tracker.update([face(10), face(200)], 1.0)
                tracker.tracks()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors and [track.sights for track in tracker.tracks()] == [800, 800]


def test_smoothing_reaches_63_percent_after_one_time_constant():
    smoother = emotion.EmotionSmoother(2.0)
    first = smoother.update(7, said(1, 0, valence=-1, arousal=0), 10)
    assert first.probabilities.tolist() == [1, 0]
    second = smoother.update(7, said(0, 1, valence=1, arousal=0), 12)
    share = 1 - math.exp(-1)
    assert second.probabilities.tolist() == pytest.approx([1 - share, share], abs=1e-6)
    assert second.valence == pytest.approx(-1 + 2 * share, abs=1e-6)
    smoother.keep([1, 2])
    assert smoother.update(7, said(0.5, 0.5), 0).probabilities.tolist() == [0.5, 0.5]  # forgotten: begins anew
    assert smoother.time_constant_s == 2


def test_statistics_of_a_frame():
    empty = emotion.frame_statistics(0)
    assert empty == emotion.FrameStatistics() and empty.attention_coef == 0 and empty.valence is None
    emotions = [said(0.9, 0.1, 0), said(0.2, 0.8, 0, valence=0.5, arousal=0.25), said(0.6, 0.4, 0)]
    poses = [emotion.HeadPose(), emotion.HeadPose(50), None]
    counted = emotion.frame_statistics(3, emotions, poses)
    assert counted.emotion_counts == (2, 1, 0) and counted.attention_coef == pytest.approx(2 / 3)
    assert counted.front_share == 0.5
    assert emotion.frame_statistics(3, emotions, poses, max_yaw_deg=60).front_share == 1
    with pytest.raises(ValueError, match="3"):
        emotion.frame_statistics(3, emotions[:2])


def test_timelines_have_gaps_resample_and_merge():
    labels = ["neutral", "happiness"]
    line = emotion.Timeline(labels, 0.5)
    line.add(0.1, emotion.FrameStatistics(2, (1, 1), 0.5, valence=0.5))
    line.add(0.4, emotion.FrameStatistics(0, (0, 0), 0.0))
    line.add(1.7, emotion.FrameStatistics(4, (0, 4), 1.0, valence=-0.5))
    points = line.points()
    assert [p.frames for p in points] == [2, 0, 0, 1]
    assert [(p.start_s, p.end_s) for p in points] == [(0, 0.5), (0.5, 1), (1, 1.5), (1.5, 2)]
    assert (points[0].head_count, points[0].emotion_counts, points[0].attention_coef) == (1, (0.5, 0.5), 0.25)
    assert points[0].valence == 0.5 and points[1].valence is None
    total = line.total()
    assert total.max_head_count == 4 and total.valence == pytest.approx((2 * 0.5 - 4 * 0.5) / 6)
    assert [p.frames for p in line.resample(1).points()] == [2, 1]
    with pytest.raises(ValueError, match="multiple"):
        line.resample(0.7)
    line.merge(line, 2)
    assert [p.frames for p in line.points()] == [2, 0, 0, 1, 2, 0, 0, 1] and line.labels == tuple(labels)
    with pytest.raises(ValueError, match="labels"):
        line.merge(emotion.Timeline([], 0.5))
