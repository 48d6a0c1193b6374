#include "train/curves.hpp"

#include <cmath>
#include <fstream>

#include "base/check.hpp"

namespace emotion::train {

CurveFile::CurveFile(std::filesystem::path path, std::vector<std::string> columns, std::size_t keep)
    : path_(std::move(path)), columns_(std::move(columns)) {
    const std::string header = fmt::format("{}", fmt::join(columns_, ","));
    std::vector<std::string> kept;
    if (keep > 0) {
        std::ifstream old(path_);
        std::string line;
        if (std::getline(old, line) && line == header)
            while (kept.size() < keep && std::getline(old, line)) kept.push_back(line);
    }
    std::ofstream out(path_, std::ios::trunc);
    out << header << '\n';
    for (const std::string& line : kept) out << line << '\n';
    if (!out.flush()) fail(ErrorCode::io, "curves: cannot write {}", path_.string());
}

void CurveFile::append(const std::vector<double>& values) {
    require(values.size() == columns_.size(), "curves: got {} values for {} columns", values.size(), columns_.size());
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) line += ',';
        if (!std::isnan(values[i])) line += fmt::format("{:.6g}", values[i]);
    }
    std::ofstream out(path_, std::ios::app);
    out << line << '\n';
    if (!out.flush()) fail(ErrorCode::io, "curves: cannot write {}", path_.string());
}

}  // namespace emotion::train
