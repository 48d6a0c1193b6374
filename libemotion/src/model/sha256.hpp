#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace emotion {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text) { update(std::as_bytes(std::span(text))); }
    /// 64 lower-case hexadecimal digits. Ends the object's use.
    std::string finish();

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// SHA-256 of these bytes, 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// Whether a text is 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text) noexcept;

}  // namespace emotion
