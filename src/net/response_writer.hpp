#pragma once

#include <string>
#include <string_view>

#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// How the body that follows a response head is framed.
struct BodyFraming {
    bool chunked = false;  ///< else by Content-Length, or by the close when there is none
    std::optional<std::size_t> length{};
    bool close = false;  ///< the connection ends after this response
};

/// The bytes of a response head. Values that could end a header line are left out.
std::string write_response_head(const HttpResponseHead& head, const BodyFraming& framing);
/// "1f4\r\n": the line before a chunk of that many bytes.
std::string chunk_head(std::size_t bytes);

}  // namespace breakwater
