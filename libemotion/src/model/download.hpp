#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace emotion {

/// How long a transfer may take, so that a dead or slow server never holds a program for ever.
struct TransferLimits {
    std::chrono::milliseconds connect{15'000};
    std::chrono::seconds stall{30};  ///< with less than `slowest` bytes a second for so long, the transfer ends
    long slowest = 1000;             ///< bytes per second
    std::chrono::milliseconds total{600'000};
};

/// Throws Error{invalid_argument} unless `url` is an https address, or an http address of this machine.
void check_download_url(const std::string& url);

/// The address of `file` beside the one that `url` names (its query is dropped).
std::string beside_url(const std::string& url, const std::string& file);

/// Takes what a server sends, in pieces.
using TransferSink = std::function<void(std::span<const std::byte>)>;

/// GETs an address that check_download_url takes, following up to five redirects to https. Throws Error{io}: not
/// reachable, an answer other than 200, cut short, too slow, more than `max_bytes`. What the sink throws comes through.
void fetch(const std::string& url, std::uint64_t max_bytes, const TransferLimits& limits, const TransferSink& sink);

/// What download_model does, with limits of one's own.
std::filesystem::path download_model(const std::string& url, const std::string& sha256, const TransferLimits& limits);

}  // namespace emotion
