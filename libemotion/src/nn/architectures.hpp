#pragma once

#include <string>
#include <vector>

#include "emotion/model_card.hpp"
#include "nn/graph.hpp"

namespace emotion::nn {

/// The networks the library knows. Tensor names are those of the published checkpoints where there is one.
///
/// faces: every stride s in {8, 16, 32} has maps of height / s x width / s; see face/decode.hpp for their meaning.
///   retinaface    {backbone: 0.25 for mobilenet0.25, 50 for resnet50} class_s (4), box_s (8), landmarks_s (20)
///   yunet         {stages: channels after each of the six stages, shared_head: 0 or 1}
///                                                   class_s (1), object_s (1), box_s (4), landmarks_s (10)
///   face_resnet   {widths: stem, stride 4, 8, 16, 32; blocks: residual blocks at stride 8, 16, 32; neck: channels}
///                                                   score_s (1), box_s (4), landmarks_s (10)
/// emotion:
///   lenet48          the lecture project's classifier         logits
///   emotion_resnet   {widths: of the three or four stages, blocks: of each stage, stem_stride: 1 or 2, dropout: rate}
///                                                   logits, valence_arousal (2, before tanh)
///
/// `class_count` is the number of labels, for emotion networks. Throws Error{model_format} for an unknown name or
/// parameters that do not fit.
Graph build_architecture(const ArchitectureSpec& spec, int input_channels, int class_count);

/// The names that build_architecture takes.
std::vector<std::string> architecture_names();

}  // namespace emotion::nn
