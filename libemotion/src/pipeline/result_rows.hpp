#pragma once

#include <string>
#include <vector>

#include "emotion/emanalysis.hpp"
#include "emotion/table_writer.hpp"

namespace emotion {

/// The tables of a run: their columns, and the rows of one result.
std::vector<std::string> face_columns(const std::vector<std::string>& labels);
std::vector<TableRow> face_rows(const FrameResult& result, const std::vector<std::string>& labels);
std::vector<std::string> frame_columns(const std::vector<std::string>& labels);
TableRow frame_row(const FrameResult& result, const std::vector<std::string>& labels);
std::vector<std::string> raw_columns(const std::vector<std::string>& labels);
std::vector<TableRow> raw_rows(const FrameResult& result);

}  // namespace emotion
