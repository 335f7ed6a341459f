#include "durable_responses.hpp"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace breakwater {
namespace {

/// What is too old leaves the file although nothing new comes.
constexpr std::chrono::seconds kTrimEvery{60};

/// What may wait to be written, where `responses.bytes` is not less. One answer always may.
constexpr std::size_t kMaxWaiting = 16u << 20;
/// What a change takes beside its texts.
constexpr std::size_t kChangeBytes = 128;

}  // namespace

std::expected<std::unique_ptr<DurableResponseStore>, std::string> DurableResponseStore::open(
    const config::ResponseStore& limits, Say say) {
    std::unique_ptr<DurableResponseStore> store(new DurableResponseStore(limits, std::move(say)));
    auto file = ResponseFile::open(limits.file, limits, std::chrono::system_clock::now(),
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
    {
        const std::lock_guard lock(mutex_);  // of both: nobody erases it before it waits to be written
        memory_.put(owner, id, kept, limits);
        limits_ = limits;
        enqueue({std::string(owner), std::string(id), std::move(kept)});
    }
    changed_.notify_one();
}

std::shared_ptr<const KeptResponse> DurableResponseStore::find(std::string_view owner, std::string_view id,
                                                               WallTime now, const config::ResponseStore& limits) {
    return memory_.find(owner, id, now, limits);
}

bool DurableResponseStore::erase(std::string_view owner, std::string_view id) {
    {
        const std::lock_guard lock(mutex_);
        if (!memory_.erase(owner, id)) return false;
        enqueue({std::string(owner), std::string(id), nullptr});
    }
    changed_.notify_one();
    return true;
}

// A disk that does not keep up costs durability and not memory: an answer that does not fit is in memory only. That one
// is erased is never left out, or it would be there again after a restart.
void DurableResponseStore::enqueue(Change change) {
    const std::size_t bytes =
        kChangeBytes + change.owner.size() + change.id.size() + (change.response ? bytes_of(*change.response) : 0);
    if (change.response && waiting_bytes_ > 0 && waiting_bytes_ + bytes > std::min(limits_.bytes, kMaxWaiting)) {
        overflowed_ = true;
        return;
    }
    waiting_bytes_ += bytes;
    waiting_.push_back(std::move(change));
}

void DurableResponseStore::serve() {
    bool last = false;
    std::size_t writing_bytes = 0;  // they take memory until they are written
    while (!last) {
        std::deque<Change> changes;
        config::ResponseStore limits;
        bool overflowed = false;
        {
            std::unique_lock lock(mutex_);
            waiting_bytes_ -= writing_bytes;
            changed_.wait_for(lock, kTrimEvery, [this] { return stopped_ || overflowed_ || !waiting_.empty(); });
            last = stopped_;
            changes.swap(waiting_);
            writing_bytes = waiting_bytes_;
            overflowed = std::exchange(overflowed_, false);
            limits = limits_;
        }
        const bool quiet = changes.empty() && !overflowed;
        changes.insert(changes.begin(), std::make_move_iterator(unerased_.begin()),
                       std::make_move_iterator(unerased_.end()));
        unerased_.clear();
        const auto written = write(changes, limits);
        if (!written) keep_erases(std::move(changes));
        tell(written);
        tell_overflow(overflowed, quiet);
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
    if (done) done = file_->trim(limits, std::chrono::system_clock::now());
    if (done) done = file_->commit();
    if (!done) file_->roll_back();
    return done;
}

// Only of what is in the file, so that they are no more than its rows.
void DurableResponseStore::keep_erases(std::deque<Change> changes) {
    for (Change& change : changes) {
        if (change.response) continue;
        if (const auto there = file_->has(change.owner, change.id); !there || *there)
            unerased_.push_back(std::move(change));
    }
}

void DurableResponseStore::tell(const sqlite::Outcome<void>& written) {
    if (written) {
        if (std::exchange(failing_, false))
            say_(false, "Answers are written to " + path_ +
                            " again. Those that came while it could not be written are in memory only.");
    } else if (!std::exchange(failing_, true)) {
        say_(true, "responses.file: answers cannot be written to " + path_ + ": " + written.error() +
                       ". Until it can be written again, new ones are kept in memory only, and lost at a restart; "
                       "deleted ones stay in the file.");
    }
}

void DurableResponseStore::tell_overflow(bool overflowed, bool quiet) {
    if (quiet) overflow_told_ = false;
    if (overflowed && !std::exchange(overflow_told_, true))
        say_(true, "responses.file: answers come faster than they are written to " + path_ +
                       ". Some of them are kept in memory only, and lost at a restart.");
}

}  // namespace breakwater
