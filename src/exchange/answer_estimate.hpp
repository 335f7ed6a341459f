#pragma once

#include <cstddef>
#include <cstdint>

#include "breakwater/canonical/usage.hpp"

namespace breakwater {

/// How many tokens so many bytes of an answer are, roughly.
[[nodiscard]] std::int64_t estimated_tokens(std::size_t bytes) noexcept;

/// What an attempt has cost whose answer did not end as it should: what its provider has counted, or else an estimate
/// from the prompt's and from `bytes` of content.
[[nodiscard]] Usage spent_on_part(const Usage* counted, std::int64_t prompt_tokens, std::size_t bytes) noexcept;

}  // namespace breakwater
