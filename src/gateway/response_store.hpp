#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// An answer of the Responses API that is kept, and what it answered.
struct KeptResponse {
    std::string previous_id{};  ///< the kept answer that it went on from, or empty
    std::string input{};        ///< the items of its own request, a JSON list
    std::string answer{};       ///< the `response` object
    WallTime at{};
};

/// What it takes of all room.
std::size_t bytes_of(const KeptResponse& response) noexcept;

/// Where answers are kept. An owner is the name of a client key: nobody finds what another one keeps. Thread-safe.
class ResponseStore {
public:
    virtual ~ResponseStore() = default;
    /// Within the limits; older ones make room. What is larger than all room is not kept.
    virtual void put(std::string_view owner, std::string_view id, KeptResponse response,
                     const config::ResponseStore& limits) = 0;
    /// Null when it is not there, or too old.
    virtual std::shared_ptr<const KeptResponse> find(std::string_view owner, std::string_view id, WallTime now,
                                                     const config::ResponseStore& limits) = 0;
    /// False when it was not there.
    virtual bool erase(std::string_view owner, std::string_view id) = 0;
};

/// Keeps them for as long as the process runs, the newest within the limits.
class MemoryResponseStore final : public ResponseStore {
public:
    void put(std::string_view owner, std::string_view id, KeptResponse response,
             const config::ResponseStore& limits) override {
        put(owner, id, std::make_shared<const KeptResponse>(std::move(response)), limits);
    }
    void put(std::string_view owner, std::string_view id, std::shared_ptr<const KeptResponse> response,
             const config::ResponseStore& limits);
    std::shared_ptr<const KeptResponse> find(std::string_view owner, std::string_view id, WallTime now,
                                             const config::ResponseStore& limits) override;
    bool erase(std::string_view owner, std::string_view id) override;

private:
    struct Entry {
        std::string key;
        std::shared_ptr<const KeptResponse> response;
        std::size_t bytes;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    std::mutex mutex_;
    Entries entries_;  // oldest first
    std::unordered_map<std::string, Entries::iterator, StringHash, std::equal_to<>> by_key_;
    std::size_t bytes_ = 0;
};

}  // namespace breakwater
