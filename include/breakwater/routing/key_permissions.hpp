#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Which keys of a pool must not use which model, learned from what became of requests. A key that was refused for want
/// of a permission (403) is not known to lack it: the request may have named a file that nobody must see, or only the
/// owner of one key. It counts when another key of the pool has served the same request. Three such requests of a key
/// and a model, without one between them that the key has served, put the key aside for that model for 10 minutes:
/// others come before it, and it is used when there are no others. The next such request after that is enough to put
/// it aside again. Knows keys by their position only, models by the provider's names. No clock; the caller serialises.
class KeyPermissions {
public:
    /// What is remembered at most: of the rest, the oldest is forgotten.
    static constexpr std::size_t kDoubtsMax = 256;

    /// Another key has served what this one was refused. True when that puts it aside, and did not find it there.
    bool on_outdone(std::size_t key, std::string_view model, TimePoint now);
    void on_served(std::size_t key, std::string_view model) noexcept;
    /// Those that come after the others; never the last that served the model.
    [[nodiscard]] std::vector<std::size_t> aside(std::string_view model, TimePoint now) const;

private:
    struct Doubt {
        std::string model;
        std::size_t key;
        int outdone = 0;  ///< in a row
        TimePoint aside_until = TimePoint::min();
    };
    std::vector<Doubt> doubts_;  ///< few
};

}  // namespace breakwater
