#pragma once

#include <string>

#include "access_log.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater {

/// Appends the spans of a request whose trace is recorded, as JSON objects with a comma between them: one for the
/// request, with the decision about its candidates as events, and one for each of its attempts that was made, 64 at
/// most. Returns how many. Nothing in them is a text of the client's but its request id, what it demanded of
/// candidates, and its tracestate; nothing of prompts, answers, errors in words, or credentials. Called once, at the
/// end of a request.
std::size_t append_request_spans(std::string& out, const RequestRecord& record);

/// Who a provider is in the words of OpenTelemetry's conventions for generative AI: "aws.bedrock". Where they have
/// none, its preset, or its own name in the configuration.
std::string_view genai_provider_name(const config::Provider& provider) noexcept;

}  // namespace breakwater
