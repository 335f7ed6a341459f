#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "breakwater/wire/http_message.hpp"
#include "error_body.hpp"

namespace breakwater {

/// What the head of an answer says about a failure in it: for decoders, which learn of one only later. A value.
struct ErrorContext {
    int status = 200;
    std::string content_type{};
    std::string request_id{};  ///< the provider's own, sanitised; or empty
    std::optional<std::chrono::milliseconds> retry_after{};

    /// From the headers that most providers use.
    static ErrorContext of(const HttpResponseHead& head);
    /// A status that is itself the failure.
    [[nodiscard]] bool failed() const noexcept { return status < 200 || status > 299; }
};

/// The failure that an error body stands for, with what the head says of it. `scope`, `details`: see
/// `classify_upstream_error`.
Error classified_answer(ProviderError found, const ErrorContext& context, ErrorScope scope = ErrorScope::any,
                        ErrorWords details = {});

}  // namespace breakwater
