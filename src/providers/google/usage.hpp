#pragma once

#include <cstdint>
#include <optional>

#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// The token counts of an answer, in the API's own classes. In a stream most chunks state them, as running totals, and
/// now and then one leaves some out.
class UsageCounter {
public:
    /// Takes over what a `usageMetadata` states.
    void read(JsonReader::Element usage);
    /// In canonical classes, which count other things together.
    [[nodiscard]] Usage usage() const noexcept;

private:
    std::optional<std::int64_t> prompt_{};  ///< with what was cached
    std::optional<std::int64_t> cached_{};
    std::optional<std::int64_t> tool_use_{};    ///< what the vendor's own tools put into the prompt; beside `prompt_`
    std::optional<std::int64_t> candidates_{};  ///< without thoughts
    std::optional<std::int64_t> thoughts_{};
    std::optional<std::int64_t> total_{};
    std::optional<std::int64_t> audio_in_{};
    std::optional<std::int64_t> image_in_{};
    std::optional<std::int64_t> audio_out_{};
};

}  // namespace breakwater::google
