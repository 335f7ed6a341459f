#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "breakwater/base/clock.hpp"

namespace breakwater {

inline constexpr std::size_t kStampBytes = 24;
/// "2026-11-25T04:01:29.910Z": the stamp of every line, kStampBytes long. Valid until the thread's next call.
std::string_view iso_stamp(WallTime at);

/// Lines from several threads to one file descriptor, written in batches by a thread of its own, so that a slow reader
/// of our log never slows a request. Each writing thread has a lane, so they do not wait for each other either; lines
/// of different lanes are not in order of time within the 100 ms of a batch.
class LogSink {
public:
    /// One thread's way into the log. Lives as long as the sink.
    class Lane {
    public:
        explicit Lane(LogSink& sink) : sink_(sink) {}
        /// Adds the line that `write` appends to its argument, without line end. Bounded: while the reader is stuck and
        /// kPendingMax bytes wait, lines are dropped and counted.
        template <class Write>
        void line(Write write) {
            const std::lock_guard lock(mutex_);  // the other side holds it for a swap, ten times a second
            if (pending_.size() >= kPendingMax) return sink_.note_dropped();
            const std::size_t before = pending_.size();
            write(pending_);
            pending_ += '\n';
            if (before < kHurryAt && pending_.size() >= kHurryAt) sink_.hurry();
        }
        void write(std::string_view text) {
            line([text](std::string& out) { out += text; });
        }

    private:
        friend class LogSink;
        LogSink& sink_;
        std::mutex mutex_;
        std::string pending_ = empty_buffer();
    };

    explicit LogSink(int fd);
    /// Writes what is left, unless the reader is stuck. No lane may be used any more.
    ~LogSink();
    LogSink(const LogSink&) = delete;
    LogSink& operator=(const LogSink&) = delete;

    /// A new lane. Any thread.
    Lane& open_lane();
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

    static constexpr std::size_t kPendingMax = 4u << 20;  ///< of one lane

private:
    /// What a busy worker writes in some milliseconds: then the next batch is due sooner.
    static constexpr std::size_t kHurryAt = 256u << 10;
    /// A buffer that a burst has made larger than this is given back.
    static constexpr std::size_t kKeptMax = 1u << 20;

    /// With room for a batch, so that it is not copied again and again as it grows; the kernel gives memory on first
    /// use.
    static std::string empty_buffer() {
        std::string buffer;
        buffer.reserve(kHurryAt + kHurryAt / 4);
        return buffer;
    }

    void note_dropped() noexcept { dropped_.fetch_add(1, std::memory_order_relaxed); }
    void hurry();
    void run();
    /// False when the reader is stuck and the process wants to end.
    bool write_batches();
    [[nodiscard]] bool write_out(std::string_view bytes) const;

    int fd_;
    bool regular_file_;
    std::mutex mutex_;  // of what follows; a lane has its own
    std::condition_variable wake_;
    std::deque<Lane> lanes_;
    bool hurry_ = false;
    std::atomic<bool> stopping_{false};
    std::atomic<std::uint64_t> dropped_{0};
    std::string batch_ = empty_buffer();  // the writer's own, swapped with one lane after the other
    std::thread thread_;
};

}  // namespace breakwater
