#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "error_table.hpp"

namespace breakwater {

/// No error body that says anything is longer; decoders collect no more of one.
inline constexpr std::size_t kErrorBodyBytesMax = 64u << 10;

/// More of an error body, as far as there is room.
void collect_error_body(std::string& body, std::string_view bytes);

/// What a provider said about a failure, sanitised.
struct ProviderError {
    UpstreamFacts facts{};
    std::string param{};  ///< the field that it complains about, or empty
};

/// Reads an error body of any shape that is known from providers: the OpenAI object, error strings, flat messages,
/// lists of validation errors, RFC 7807, arrays, and as a last resort text or a page. A status below 400 (an error
/// inside a 200) is replaced by the one that the body names, if it does.
ProviderError read_provider_error(int status, std::string_view content_type, std::string_view body);
/// The same for JSON that has been parsed: an error event of a stream.
ProviderError read_provider_error(int status, JsonReader::Element root);
/// The facts alone.
UpstreamFacts read_error_body(int status, std::string_view content_type, std::string_view body);

/// True when the object says that something failed, in any of the shapes above. `{}` and "" as an error say nothing.
bool says_error(JsonReader::Element root) noexcept;

/// The provider's own id of an answer, from the headers that providers use for it, sanitised; or empty.
std::string upstream_request_id(const Headers& headers);

/// `classify_upstream_error` for the dialect that `scope` names. `details`: what only the dialect's own reader of
/// bodies finds, see ErrorRow.
Error classify_upstream_error(ErrorScope scope, UpstreamFacts facts,
                              std::optional<std::chrono::milliseconds> retry_after, ErrorWords details);

/// The same with the field at fault, where the fault is the request's.
Error classify_provider_error(ProviderError error, std::optional<std::chrono::milliseconds> retry_after,
                              ErrorScope scope = ErrorScope::any, ErrorWords details = {});

}  // namespace breakwater
