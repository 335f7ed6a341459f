#pragma once

#include <optional>
#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

/// With the provider's own word on retrying.
struct ErrorContext : breakwater::ErrorContext {
    std::optional<bool> should_retry{};  ///< x-should-retry, which beats the status
};

ErrorContext error_context(const HttpResponseHead& head);

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON, markup, text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an `error` event, or an error object in an answer with status 200, stands for.
Error in_band_error(JsonReader::Element event, const ErrorContext& context);

}  // namespace breakwater::anthropic
