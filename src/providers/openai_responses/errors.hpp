#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {

/// What the head of an answer tells about a failure.
struct ErrorContext {
    int status = 200;
    std::string content_type{};
    std::string request_id{};
    std::optional<std::chrono::milliseconds> retry_after{};
};

ErrorContext error_context(const HttpResponseHead& head);

/// An answer whose status says that it failed.
Error answer_error(std::string_view body, const ErrorContext& context);

/// An object that says so inside a good answer: an event `error`, or a response whose status is `failed`.
Error in_band_error(JsonReader::Element object, const ErrorContext& context);

}  // namespace breakwater::openai_responses
