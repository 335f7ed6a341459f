#include "breakwater/gateway/log_sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <ctime>

namespace breakwater {

namespace {

// The writer looks this often for new lines; nobody wakes it for a single one.
constexpr std::chrono::milliseconds kBatchInterval{100};
// How long a stuck reader may hold up the end of the process.
constexpr int kStuckMs = 1000;

}  // namespace

std::string iso_stamp(WallTime at) {
    // The seconds are formatted once for all lines of a second and thread.
    thread_local std::int64_t cached_second = -1;
    thread_local std::array<char, 32> text{};
    const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    if (const std::int64_t second = millis / 1000; second != cached_second) {
        cached_second = second;
        const std::time_t time = second;
        std::tm utc{};
        ::gmtime_r(&time, &utc);
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    }
    const auto rest = static_cast<unsigned>(millis % 1000);
    text[20] = static_cast<char>('0' + rest / 100);
    text[21] = static_cast<char>('0' + rest / 10 % 10);
    text[22] = static_cast<char>('0' + rest % 10);
    return text.data();
}

LogSink::LogSink(int fd) : fd_(fd), thread_([this] { run(); }) {}

LogSink::~LogSink() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LogSink::write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    if (pending_.size() + line.size() > kPendingMax) {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    pending_.append(line).append("\n");
}

void LogSink::run() {
    std::string batch;
    std::unique_lock lock(mutex_);
    while (!stopping_ || !pending_.empty()) {
        if (!stopping_) wake_.wait_for(lock, kBatchInterval, [this] { return stopping_.load(); });
        batch.swap(pending_);
        lock.unlock();
        write_out(batch);
        batch.clear();
        lock.lock();
    }
}

void LogSink::write_out(std::string_view bytes) const {
    while (!bytes.empty()) {
        // A pipe that polls writable takes PIPE_BUF bytes without blocking, and no more for sure: a reader that is
        // stuck must not get hold of this thread, or the process could not end.
        pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
        if (::poll(&waiting, 1, kStuckMs) == 0) {
            if (stopping_) return;
            continue;
        }
        const ssize_t put = ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
        if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
        if (put < 0 && errno != EINTR && errno != EAGAIN) return;
    }
}

}  // namespace breakwater
