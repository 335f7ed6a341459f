#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

/// What the head of an answer says about a failure in it.
struct ErrorContext {
    int status = 200;
    std::string content_type{};
    std::string request_id{};
    std::optional<std::chrono::milliseconds> retry_after{};
};

ErrorContext error_context(const HttpResponseHead& head);

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON (in a list or not), markup,
/// text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an object with an `error` member (a google.rpc.Status) stands for, wherever it stood.
Error status_error(JsonReader::Element object, const ErrorContext& context);

}  // namespace breakwater::google
