#include "emotion/precision_recall.hpp"

#include "evaluate_faces.hpp"
#include "numpy_image.hpp"
#include "options.hpp"
#include "signature.hpp"

namespace emotion::bindings {

void bind_precision_recall(py::module_& module) {
    const FaceEvaluationOptions defaults;
    def(
        module, "precision_recall",
        [](const py::sequence& found, const std::vector<LabelledPicture>& pictures, float iou, bool use_ignore_regions,
           float min_height_px) {
            const auto boxes = to_scored_boxes(found, "precision_recall");
            const FaceEvaluationOptions options{.iou = iou, .use_ignore_regions = use_ignore_regions};
            const PrecisionRecall curve =
                released([&] { return precision_recall(boxes, pictures, options, min_height_px); });
            return py::make_tuple(to_numpy(curve.recall), to_numpy(curve.precision), to_numpy(curve.score));
        },
        "The curve under which evaluate_faces takes the area: recall, precision and score, each float32 (n,).\n\n"
        "found, pictures, iou, use_ignore_regions: as there. min_height_px: faces below are not asked for. Best score "
        "first; precision is as it is, not made falling.",
        py::arg("found"), py::arg("pictures"), py::arg("iou") = defaults.iou,
        py::arg("use_ignore_regions") = defaults.use_ignore_regions, py::arg("min_height_px") = 0.0f);
}

}  // namespace emotion::bindings
