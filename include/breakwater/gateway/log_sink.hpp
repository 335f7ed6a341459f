#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// "2026-11-25T04:01:29.910Z": the stamp of every line.
std::string iso_stamp(WallTime at);

/// Lines from any thread to one file descriptor, written in batches by a thread of its own, so that a slow reader of our log never
/// slows a request. Bounded: while the reader is stuck, lines beyond 4 MiB are dropped and counted.
class LogSink {
public:
    explicit LogSink(int fd);
    /// Writes what is left, unless the reader is stuck.
    ~LogSink();
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;

    /// `line` without its line end.
    void write(std::string_view line);
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

private:
    void run();
    void write_out(std::string_view bytes) const;
    static constexpr std::size_t kPendingMax = 4u << 20;

    int fd_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string pending_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> dropped_{0};
    std::thread thread_;
};

}  // namespace breakwater
