#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

namespace emotion::bindings {

namespace py = pybind11;

// Each adds what one public header declares.
void bind_alignment(py::module_& module);
void bind_calibrate_emotion(py::module_& module);
void bind_circumplex(py::module_& module);
void bind_device(py::module_& module);
void bind_draw(py::module_& module);
void bind_emanalysis(py::module_& module);
void bind_emotion_classifier(py::module_& module);
void bind_error(py::module_& module);
void bind_evaluate_emotion(py::module_& module);
void bind_evaluate_faces(py::module_& module);
void bind_face(py::module_& module);
void bind_face_detector(py::module_& module);
void bind_geometry(py::module_& module);
void bind_head_pose(py::module_& module);
void bind_image(py::module_& module);
void bind_image_io(py::module_& module);
void bind_label_color(py::module_& module);
void bind_labelled_face(py::module_& module);
void bind_model_card(py::module_& module);
void bind_model_folder(py::module_& module);
void bind_model_store(py::module_& module);
void bind_network(py::module_& module);
void bind_overlay(py::module_& module);
void bind_precision_recall(py::module_& module);
void bind_recording(py::module_& module);
void bind_smoothing(py::module_& module);
void bind_statistics(py::module_& module);
void bind_threads(py::module_& module);
void bind_timeline(py::module_& module);
void bind_tracker(py::module_& module);
void bind_train_emotion(py::module_& module);
void bind_train_faces(py::module_& module);
void bind_train_progress(py::module_& module);
void bind_version(py::module_& module);
void bind_video_source(py::module_& module);
void bind_video_url(py::module_& module);
void bind_video_writer(py::module_& module);
void bind_window(py::module_& module);

}  // namespace emotion::bindings
