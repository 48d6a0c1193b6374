#include "module.hpp"

using namespace emotion::bindings;

PYBIND11_MODULE(_core, module) {
    module.doc() = "The C++ library, as the package emotion shows it.";
    // Signatures stand in the docstrings in the form that inspect reads, see signature.hpp.
    py::options options;
    options.disable_function_signatures();

    bind_error(module);
    bind_version(module);
    bind_threads(module);
    bind_device(module);
    bind_geometry(module);
    bind_image(module);
    bind_image_io(module);
    bind_face(module);
    bind_draw(module);
    bind_label_color(module);
    bind_head_pose(module);
    bind_tracker(module);
    bind_model_card(module);
    bind_model_folder(module);
    bind_model_store(module);
    bind_network(module);
    bind_face_detector(module);
    bind_alignment(module);
    bind_emotion_classifier(module);
    bind_calibrate_emotion(module);
    bind_circumplex(module);
    bind_smoothing(module);
    bind_statistics(module);
    bind_timeline(module);
    bind_train_progress(module);
    bind_evaluate_emotion(module);
    bind_labelled_face(module);
    bind_evaluate_faces(module);
    bind_precision_recall(module);
    bind_train_emotion(module);
    bind_train_faces(module);
    bind_video_url(module);
    bind_video_source(module);
    bind_video_writer(module);
    bind_window(module);
    bind_emanalysis(module);
    bind_overlay(module);
    bind_recording(module);

    // The classes are known, printed and pickled under the name that users import them by.
    for (auto [name, value] : py::dict(module.attr("__dict__")))
        if (PyType_Check(value.ptr())) py::setattr(value, "__module__", py::str("emotion"));
}
