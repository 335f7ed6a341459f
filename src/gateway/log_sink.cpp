#include "breakwater/gateway/log_sink.hpp"

#include <poll.h>
#include <sys/stat.h>
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

bool is_regular_file(int fd) {
    struct stat facts{};
    return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

}  // namespace

std::string_view iso_stamp(WallTime at) {
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
    return {text.data(), kStampBytes};
}

LogSink::LogSink(int fd) : fd_(fd), regular_file_(is_regular_file(fd)), thread_([this] { run(); }) {}

LogSink::~LogSink() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

LogSink::Lane& LogSink::open_lane() {
    const std::lock_guard lock(mutex_);
    return lanes_.emplace_back(*this);
}

void LogSink::hurry() {
    {
        const std::lock_guard lock(mutex_);
        hurry_ = true;
    }
    wake_.notify_one();
}

void LogSink::run() {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, kBatchInterval, [this] { return stopping_ || hurry_; });
            hurry_ = false;
        }
        // Lines written before the end was asked for are in their lanes by now, so one more round takes the last of
        // them.
        const bool last = stopping_;
        if (!write_batches() || last) return;
    }
}

bool LogSink::write_batches() {
    std::unique_lock lock(mutex_);
    const std::size_t count = lanes_.size();
    for (std::size_t i = 0; i < count; ++i) {
        Lane& lane = lanes_[i];
        lock.unlock();  // a lane stays where it is, and its thread may want to hurry us
        {
            const std::lock_guard lane_lock(lane.mutex_);
            batch_.swap(lane.pending_);
        }
        if (!write_out(batch_)) return false;
        batch_.clear();
        if (batch_.capacity() > kKeptMax) batch_ = empty_buffer();
        lock.lock();
    }
    return true;
}

bool LogSink::write_out(std::string_view bytes) const {
    while (!bytes.empty()) {
        // A file takes everything at once. A pipe that polls writable takes PIPE_BUF bytes without blocking, and no
        // more for sure: a reader that is stuck must not get hold of this thread, or the process could not end.
        std::size_t most = bytes.size();
        if (!regular_file_) {
            pollfd waiting{.fd = fd_, .events = POLLOUT, .revents = 0};
            if (::poll(&waiting, 1, kStuckMs) == 0) {
                if (stopping_) return false;
                continue;
            }
            most = std::min<std::size_t>(most, PIPE_BUF);
        }
        const ssize_t put = ::write(fd_, bytes.data(), most);
        if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
        if (put < 0 && errno != EINTR && errno != EAGAIN) return true;  // nobody can be told
    }
    return true;
}

}  // namespace breakwater
