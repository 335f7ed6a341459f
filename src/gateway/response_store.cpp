#include "response_store.hpp"

#include <utility>

namespace breakwater {
namespace {

// Names of keys hold no such byte.
std::string key_of(std::string_view owner, std::string_view id) {
    std::string key(owner);
    key += '\0';
    return key.append(id);
}

bool is_old(const KeptResponse& response, WallTime now, const config::ResponseStore& limits) noexcept {
    return now - response.at > limits.age;
}

}  // namespace

std::size_t bytes_of(const KeptResponse& response) noexcept {
    constexpr std::size_t kAround = 512;  // what an entry takes beside its text
    return kAround + response.previous_id.size() + response.input.size() + response.answer.size();
}

void MemoryResponseStore::put(std::string_view owner, std::string_view id, std::shared_ptr<const KeptResponse> response,
                              const config::ResponseStore& limits) {
    const std::size_t bytes = bytes_of(*response);
    const WallTime now = response->at;
    if (bytes > limits.bytes) return;
    std::string key = key_of(owner, id);
    const std::lock_guard lock(mutex_);
    if (const auto known = by_key_.find(key); known != by_key_.end()) drop(known->second);
    const auto full = [&] {
        return entries_.size() >= static_cast<std::size_t>(limits.count) || bytes_ + bytes > limits.bytes;
    };
    while (!entries_.empty() && (full() || is_old(*entries_.front().response, now, limits))) drop(entries_.begin());
    entries_.push_back({std::move(key), std::move(response), bytes});
    by_key_.emplace(entries_.back().key, std::prev(entries_.end()));
    bytes_ += bytes;
}

std::shared_ptr<const KeptResponse> MemoryResponseStore::find(std::string_view owner, std::string_view id, WallTime now,
                                                              const config::ResponseStore& limits) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key_of(owner, id));
    if (found == by_key_.end()) return nullptr;
    const Entries::iterator entry = found->second;
    if (!is_old(*entry->response, now, limits)) return entry->response;
    drop(entry);
    return nullptr;
}

bool MemoryResponseStore::erase(std::string_view owner, std::string_view id) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key_of(owner, id));
    if (found == by_key_.end()) return false;
    drop(found->second);
    return true;
}

void MemoryResponseStore::drop(Entries::iterator entry) {
    bytes_ -= entry->bytes;
    by_key_.erase(by_key_.find(entry->key));
    entries_.erase(entry);
}

}  // namespace breakwater
