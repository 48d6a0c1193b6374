#pragma once

/// Everything for finding faces in pictures and videos and reading their expressions.
#include "emotion/alignment.hpp"
#include "emotion/circumplex.hpp"
#include "emotion/draw.hpp"
#include "emotion/emotion_classifier.hpp"
#include "emotion/error.hpp"
#include "emotion/face_detector.hpp"
#include "emotion/image_io.hpp"
#include "emotion/model_store.hpp"
#include "emotion/table_writer.hpp"
#include "emotion/threads.hpp"
#include "emotion/version.hpp"
#include "emotion/video_source.hpp"
#include "emotion/video_url.hpp"
#include "emotion/video_writer.hpp"
