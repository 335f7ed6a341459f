#pragma once

#include <string>
#include <string_view>

#include "../shared/error_context.hpp"
#include "breakwater/base/error.hpp"
#include "event_stream.hpp"

namespace breakwater::bedrock {

/// With the name that a head may have for the failure.
struct ErrorContext : breakwater::ErrorContext {
    std::string exception{};  ///< from x-amzn-errortype: the name alone
};

ErrorContext error_context(const HttpResponseHead& head);

/// The failure that an answer with a status other than 2xx stands for; the body may be JSON, markup, text or nothing.
Error answer_error(std::string_view body, const ErrorContext& context);

/// The failure that an exception or error among the frames stands for.
Error frame_error(const EventFrame& frame, const ErrorContext& context);

/// The failure of an answer that ended because the model wrote what the service could not read.
Error malformed_error(std::string_view stop_reason, const ErrorContext& context);

}  // namespace breakwater::bedrock
