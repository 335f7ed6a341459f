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
/// what changes is written by a thread of its own, so nobody waits for a disk. When the file cannot be written, they
/// are kept in memory, and the operator is told. Thread-safe.
class DurableResponseStore final : public ResponseStore {
public:
    using Say = std::function<void(bool error, const std::string& message)>;

    /// Errors: why the file (`limits.file`) cannot be used, as a sentence.
    static std::expected<std::unique_ptr<DurableResponseStore>, std::string> open(const config::ResponseStore& limits,
                                                                                  Say say);
    /// Writes what is still to be written.
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

    void submit(Change change);
    void serve();
    sqlite::Outcome<void> write(const std::deque<Change>& changes, const config::ResponseStore& limits);
    void tell(const sqlite::Outcome<void>& written);

    MemoryResponseStore memory_;
    std::unique_ptr<ResponseFile> file_;  // the thread's own
    Say say_;
    std::string path_;
    bool failing_ = false;  // the thread's own

    std::mutex mutex_;  // of what follows
    std::condition_variable changed_;
    std::deque<Change> waiting_;
    std::size_t waiting_bytes_ = 0;
    config::ResponseStore limits_;  // those in force
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace breakwater
