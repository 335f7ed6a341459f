#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "response_file.hpp"
#include "response_store.hpp"

namespace breakwater {

/// Keeps answers in memory and in a file, so that they survive a restart. All are read from the file at the start;
/// what changes is written by a thread of its own, so nobody waits for a disk. What comes while
/// the file cannot be written, or does not keep up, is in memory only, and the operator is told; what is erased is
/// erased in the file as soon as it can be written. Thread-safe.
class DurableResponseStore final : public ResponseStore {
public:
    using Say = std::function<void(bool error, const std::string& message)>;

    /// Errors: why the file (`limits.file`) cannot be used, as a sentence.
    static std::expected<std::unique_ptr<DurableResponseStore>, std::string> open(const config::ResponseStore& limits,
                                                                                  Say say);
    /// Writes what is still to be written, if the file can be written.
    ~DurableResponseStore() override;

    void put(std::string_view owner, std::string_view id, KeptResponse response,
             const config::ResponseStore& limits) override;
    std::shared_ptr<const KeptResponse> find(std::string_view owner, std::string_view id, WallTime now,
                                             const config::ResponseStore& limits) override;
    bool erase(std::string_view owner, std::string_view id) override;

private:
    struct Change {
        std::string owner;
        std::string id;
        std::shared_ptr<const KeptResponse> response;  ///< null: it is erased
    };
    explicit DurableResponseStore(const config::ResponseStore& limits, Say say)
        : say_(std::move(say)), path_(limits.file), limits_(limits) {}

    /// The caller has the mutex.
    void enqueue(Change change);
    void serve();
    sqlite::Outcome<void> write(const std::deque<Change>& changes, const config::ResponseStore& limits);
    void keep_erases(std::deque<Change> changes);
    void tell(const sqlite::Outcome<void>& written);
    /// `quiet`: nothing has changed for a while, so the next overflow is told again.
    void tell_overflow(bool overflowed, bool quiet);

    MemoryResponseStore memory_;
    std::unique_ptr<ResponseFile> file_;  // the thread's own
    Say say_;
    std::string path_;
    // The thread's own.
    bool failing_ = false;
    bool overflow_told_ = false;
    std::deque<Change> unerased_;  // of batches that failed: they go first in the next one

    std::mutex mutex_;  // of what follows, and of every change of memory_ together with its place in waiting_
    std::condition_variable changed_;
    std::deque<Change> waiting_;
    std::size_t waiting_bytes_ = 0;  // with those being written
    bool overflowed_ = false;
    config::ResponseStore limits_;  // those in force
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace breakwater
