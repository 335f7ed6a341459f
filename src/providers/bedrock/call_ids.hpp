#pragma once

#include <string>
#include <string_view>

namespace breakwater::bedrock {

/// Tool names are [a-zA-Z0-9_-]{1,64}.
inline constexpr std::size_t kToolNameMax = 64;

/// The id of a call, the same wherever it is written: [a-zA-Z0-9_.:-]{1,64}, or nine letters and digits. Ids of other
/// vendors that do not fit are replaced by a fingerprint of theirs.
std::string wire_call_id(std::string_view id, bool short_form);

}  // namespace breakwater::bedrock
