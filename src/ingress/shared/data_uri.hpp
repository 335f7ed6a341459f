#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::ingress {

/// The parts of `data:image/png;base64,iVBORw0K`.
struct DataUri {
    std::string media_type;  ///< lower case, without parameters
    std::string_view data;   ///< base64, a view into the text that was parsed: it may be megabytes long
};

bool is_data_uri(std::string_view text) noexcept;
/// Nothing unless the text names a media type, says base64 and has data. The base64 itself is the provider's to judge.
std::optional<DataUri> parse_data_uri(std::string_view text);

/// True for `scheme://something`.
bool is_url(std::string_view text) noexcept;

}  // namespace breakwater::ingress
