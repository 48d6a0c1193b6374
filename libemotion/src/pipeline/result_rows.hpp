#pragma once

#include <string>
#include <vector>

#include "emotion/emanalysis.hpp"
#include "emotion/table_writer.hpp"

namespace emotion {

/// Throws Error{invalid_argument} for a result of a classifier with another number of labels; without labels, or with
/// no face read, none is wrong. who: begins the message.
void check_labels(const FrameResult& result, const std::vector<std::string>& labels, const char* who);

/// The tables of a run: their columns, and the rows of one result, which check_labels has seen.
std::vector<std::string> face_columns(const std::vector<std::string>& labels);
std::vector<TableRow> face_rows(const FrameResult& result, const std::vector<std::string>& labels);
std::vector<std::string> frame_columns(const std::vector<std::string>& labels);
TableRow frame_row(const FrameResult& result, const std::vector<std::string>& labels);
std::vector<std::string> raw_columns(const std::vector<std::string>& labels);
std::vector<TableRow> raw_rows(const FrameResult& result, const std::vector<std::string>& labels);

}  // namespace emotion
