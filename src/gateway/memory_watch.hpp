#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Where it is read how much memory is used, and how much there may be.
struct MemoryGauge {
    std::uint64_t limit = 0;   ///< bytes; 0: there is no limit
    std::string usage_file{};  ///< of a control group, in bytes; empty: the process's resident memory is what counts
    std::string stat_file{};   ///< of the same group
    std::string cache_key{};   ///< of what `stat_file` says could be had back at once: files that nobody reads any more

    /// Bytes. Nothing when it cannot be read.
    [[nodiscard]] std::optional<std::uint64_t> used() const;
};

/// The tightest limit of the control groups that this process is in, version 2 or 1, or none. `groups` is the folder
/// where they are mounted, `own` the file that names the process's own.
MemoryGauge control_group_memory(const std::string& groups = "/sys/fs/cgroup",
                                 const std::string& own = "/proc/self/cgroup");

/// The process's own memory against a limit of its operator's, in bytes.
MemoryGauge process_memory(std::uint64_t limit);

/// Says when memory is short, so that new requests are refused before the kernel ends the process with all that run.
/// It is looked at by who asks, at most every 50 ms: who serves nobody does not wake up for it. Thread-safe.
class MemoryWatch {
public:
    /// `say` hears when it becomes short, and when it is no more.
    using Say = std::function<void(bool error, const std::string& message)>;

    /// Before anybody asks, and at reloads.
    void use(MemoryGauge gauge, Say say);

    /// Above 95% of the limit, and then until it is below 90%.
    [[nodiscard]] bool is_short(TimePoint now) { return limited_.load(std::memory_order_relaxed) && look(now); }
    /// Bytes; 0 when there is none.
    [[nodiscard]] std::uint64_t limit() const;
    /// Bytes, as they count towards the limit; nothing when that cannot be read.
    [[nodiscard]] std::optional<std::uint64_t> used() const;

private:
    bool look(TimePoint now);
    void judge();

    std::atomic<bool> limited_{false};
    std::atomic<bool> short_{false};
    std::atomic<Duration::rep> look_again_{0};  ///< since the clock's epoch
    mutable std::mutex mutex_;                  ///< of the rest
    MemoryGauge gauge_{};
    Say say_{};
};

}  // namespace breakwater
