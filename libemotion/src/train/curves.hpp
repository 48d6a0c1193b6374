#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace emotion::train {

/// A CSV file of numbers that grows by a line an epoch and can be read while the run goes on.
class CurveFile {
public:
    /// Writes the header. Of a file that is there already, the first `keep` lines of numbers stay (a resumed run keeps
    /// the epochs up to its checkpoint). Throws Error{io}.
    CurveFile(std::filesystem::path path, std::vector<std::string> columns, std::size_t keep = 0);

    /// One number for each column; a NaN is an empty field. On the disk when the call returns.
    void append(const std::vector<double>& values);

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
    std::vector<std::string> columns_;
};

}  // namespace emotion::train
