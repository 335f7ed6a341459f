#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwater {

/// What a decoder met in an answer and has no meaning for. It is passed over, never a failure; that it came says that
/// the provider's API has grown. The words are labels of a metric, so none of them is ever the provider's.
enum class Unknown : std::uint8_t {
    event,          ///< a type of event of the stream
    content,        ///< a type of content: a block, a part, or a piece of one
    finish_reason,  ///< a reason why the answer ended; it counts as `stop`
    field,          ///< a member of the answer itself, or of its message
};
inline constexpr std::size_t kUnknownCount = static_cast<std::size_t>(Unknown::field) + 1;
std::string_view to_string(Unknown what) noexcept;

/// How often each was met in one answer. One per attempt.
class UnknownCounts {
public:
    void add(Unknown what) noexcept { ++counts_[static_cast<std::size_t>(what)]; }
    [[nodiscard]] std::uint32_t of(Unknown what) const noexcept { return counts_[static_cast<std::size_t>(what)]; }
    bool operator==(const UnknownCounts&) const = default;

private:
    std::array<std::uint32_t, kUnknownCount> counts_{};
};

}  // namespace breakwater
