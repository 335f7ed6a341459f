#include "durable_responses.hpp"

#include <pthread.h>

#include <utility>

namespace breakwater {
namespace {

/// What is too old leaves the file although nothing new comes.
constexpr std::chrono::seconds kTrimEvery{60};

WallTime wall_now() {
    return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
}

}  // namespace

std::expected<std::unique_ptr<DurableResponseStore>, std::string> DurableResponseStore::open(
    const config::ResponseStore& limits, Say say) {
    std::unique_ptr<DurableResponseStore> store(new DurableResponseStore(limits, std::move(say)));
    auto file = ResponseFile::open(limits.file, limits, wall_now(),
                                   [&](std::string_view owner, std::string_view id, KeptResponse response) {
                                       store->memory_.put(owner, id, std::move(response), limits);
                                   });
    if (!file) return std::unexpected(std::move(file.error()));
    store->file_ = std::move(*file);
    store->thread_ = std::thread([raw = store.get()] { raw->serve(); });
    ::pthread_setname_np(store->thread_.native_handle(), "responses");
    return store;
}

DurableResponseStore::~DurableResponseStore() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void DurableResponseStore::put(std::string_view owner, std::string_view id, KeptResponse response,
                               const config::ResponseStore& limits) {
    if (bytes_of(response) > limits.bytes) return;  // or all others would make room for it, in vain
    auto kept = std::make_shared<const KeptResponse>(std::move(response));
    memory_.put(owner, id, kept, limits);
    {
        const std::lock_guard lock(mutex_);
        limits_ = limits;
    }
    submit({std::string(owner), std::string(id), std::move(kept)});
}

std::shared_ptr<const KeptResponse> DurableResponseStore::find(std::string_view owner, std::string_view id,
                                                               WallTime now, const config::ResponseStore& limits) {
    return memory_.find(owner, id, now, limits);
}

bool DurableResponseStore::erase(std::string_view owner, std::string_view id) {
    const bool erased = memory_.erase(owner, id);
    if (erased) submit({std::string(owner), std::string(id), nullptr});
    return erased;
}

// A disk that does not keep up, or is full, costs durability and not memory: what does not fit is in memory only.
void DurableResponseStore::submit(Change change) {
    const std::size_t bytes = change.response ? bytes_of(*change.response) : 0;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_bytes_ + bytes > limits_.bytes) return;
        waiting_bytes_ += bytes;
        waiting_.push_back(std::move(change));
    }
    changed_.notify_one();
}

void DurableResponseStore::serve() {
    bool last = false;
    while (!last) {
        std::deque<Change> changes;
        config::ResponseStore limits;
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, kTrimEvery, [this] { return stopped_ || !waiting_.empty(); });
            last = stopped_;
            changes.swap(waiting_);
            waiting_bytes_ = 0;
            limits = limits_;
        }
        tell(write(changes, limits));
    }
}

sqlite::Outcome<void> DurableResponseStore::write(const std::deque<Change>& changes,
                                                  const config::ResponseStore& limits) {
    if (auto begun = file_->begin(); !begun) return begun;
    sqlite::Outcome<void> done{};
    for (const Change& change : changes) {
        done = change.response ? file_->put(change.owner, change.id, *change.response)
                               : file_->erase(change.owner, change.id);
        if (!done) break;
    }
    if (done) done = file_->trim(limits, wall_now());
    if (done) done = file_->commit();
    if (!done) file_->roll_back();
    return done;
}

void DurableResponseStore::tell(const sqlite::Outcome<void>& written) {
    if (written) {
        if (std::exchange(failing_, false)) say_(false, "Answers are written to " + path_ + " again.");
    } else if (!std::exchange(failing_, true)) {
        say_(true, "responses.file: answers cannot be written to " + path_ + ": " + written.error() +
                       ". They are kept in memory only, until it can be written again.");
    }
}

}  // namespace breakwater
