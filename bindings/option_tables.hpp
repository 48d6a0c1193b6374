#pragma once

#include "emotion/emotion_classifier.hpp"
#include "emotion/face_detector.hpp"
#include "emotion/overlay.hpp"
#include "emotion/tracker.hpp"
#include "options.hpp"
#include "video_source.hpp"

// The options of the parts that Emanalysis and Recording take over, each beside the binding of its part.
namespace emotion::bindings {

const OptionTable<EmotionClassifierOptions>& emotion_classifier_options();
const OptionTable<FaceDetectorOptions>& face_detector_options();
const OptionTable<OverlayOptions>& overlay_options();
const OptionTable<TrackerOptions>& tracker_options();
const OptionTable<SourceOptions>& video_source_options();

}  // namespace emotion::bindings
