#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "emotion/emanalysis.hpp"
#include "emotion/export.hpp"
#include "emotion/image.hpp"

namespace emotion EMOTION_PUBLIC {

/// What an Overlay draws.
enum class OverlayMode {
    picture,  ///< the frame with boxes, labels, the counters and the graph
    graph,    ///< the graph alone, 1280 x 720 px
    board,    ///< the graph and the counters on a black board, 1920 x 400 px
};

struct OverlayOptions {
    OverlayMode mode = OverlayMode::picture;
    bool anonymize = false;  ///< blurs the faces in the frame
    int graph_points = 100;  ///< frames that the graph goes back; at least 2

    void validate() const;  ///< throws Error{invalid_argument} naming field, value and bound
};

/// Draws the results of a run, frame by frame. The graph has a line for each emotion over the last frames: from the
/// middle, where no face shows it, count x height / (2 x head_count) up for happiness, surprise, neutral and unknown
/// labels, down for anger, disgust, fear, sadness and contempt, with the last count at its end. One thread at a time.
class Overlay {
public:
    /// labels: of the classifier; empty: heads only, without a graph.
    explicit Overlay(std::vector<std::string> labels, const OverlayOptions& options = {});

    /// The drawn picture of the next frame; of the frame's format and size in mode picture, else bgr8.
    /// Throws Error{invalid_argument} for a result of a classifier with another number of labels.
    Image draw(const FrameResult& result);

private:
    void remember(const FrameStatistics& statistics);
    void draw_faces(Image& image, const FrameResult& result) const;
    void draw_counters(Image& image, const FrameStatistics& statistics, float text_height) const;
    void draw_graph(Image& image, const Rect& area, float text_height) const;
    void draw_names(Image& image, const Rect& area, float text_height) const;

    std::vector<std::string> labels_;
    OverlayOptions options_;
    std::deque<FrameStatistics> history_;
};

}  // namespace EMOTION_PUBLIC
