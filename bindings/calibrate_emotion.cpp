#include "emotion/calibrate_emotion.hpp"

#include "evaluate_emotion.hpp"
#include "json.hpp"
#include "signature.hpp"

namespace emotion::bindings {
namespace {

const OptionTable<EmotionCalibrationOptions>& options_table() {
    static const auto table = OptionTable<EmotionCalibrationOptions>("calibrate_emotion", 2)
                                  .field("model", &EmotionCalibrationOptions::model)
                                  .field("data", &EmotionCalibrationOptions::data)
                                  .field("name", &EmotionCalibrationOptions::name)
                                  .field("description", &EmotionCalibrationOptions::description)
                                  .field("out", &EmotionCalibrationOptions::out)
                                  .field("batch_size", &EmotionCalibrationOptions::batch_size)
                                  .field("threads", &EmotionCalibrationOptions::threads);
    return table;
}

}  // namespace

void bind_calibrate_emotion(py::module_& module) {
    module.def(
        "calibrate_emotion",
        [](const py::args& args, const py::kwargs& keywords) {
            const EmotionCalibrationOptions options = options_table().parse(args, keywords);
            return from_json(released([&] { return calibrate_emotion(options).json(); }));
        },
        (options_table().signature("calibrate_emotion", nullptr) +
         "\n--\n\n"
         "Fits a calibration to pictures that are labelled in another way than those the model was trained on, and "
         "writes the model with it as the new folder `out`.\n\n"
         "name: of the calibration. data: as evaluate_emotion; its class_weight counts. Returns a dict: pictures, "
         "left_out (without class labels), skipped (not read), and accuracy, log_loss and ece of the model as_it_is "
         "and calibrated, the latter by cross-validation over five parts.")
            .c_str());
}

}  // namespace emotion::bindings
