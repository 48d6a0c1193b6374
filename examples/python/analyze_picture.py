"""Faces and expressions of one picture. usage: analyze_picture.py PICTURE"""

import sys

import emotion

image = emotion.read_image(sys.argv[1])
faces = emotion.FaceDetector().detect(image)
for face, result in zip(faces, emotion.EmotionClassifier().classify(image, faces)):
    x1, y1, x2, y2 = (round(value) for value in face.box)
    print(f"{result.label} {result.probabilities.max():.2f} at ({x1}, {y1})-({x2}, {y2})")
    print(f"valence {result.valence:+.2f}, arousal {result.arousal:+.2f}")
