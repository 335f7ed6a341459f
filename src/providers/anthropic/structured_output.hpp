#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

/// Tool that the model is made to call where it cannot be held to a schema otherwise; its arguments become the answer's
/// text.
inline constexpr std::string_view kJsonTool = "json_output";

/// How `response_format` is kept: the first of these that the model and the rest of the request allow.
struct StructuredOutput {
    enum class Shape : std::uint8_t {
        none,         ///< text was asked for
        native,       ///< output_config.format
        tool,         ///< a forced call of kJsonTool
        instruction,  ///< a sentence in the system text
    };
    Shape shape = Shape::none;
    std::string schema{};  ///< for output_config.format (in the API's subset) or the tool; empty without one
    bool wrapped = false;  ///< the tool's arguments are {"value": <answer>}, because the schema is not one of an object
    std::string instruction{};  ///< for the system text, or empty
};

/// What else in the request decides.
struct StructuredOutputContext {
    bool thinks_by_budget = false;  ///< refuses forced tool choice
    bool prefilled = false;         ///< the last turn is the assistant's, which the native form refuses
};

StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment,
                                        StructuredOutputContext context, EncodeNotes& notes);

/// The part of JSON Schema that output_config.format and strict tools take. Errors: see json_schema::normalise.
Result<std::string> in_native_subset(JsonReader::Element schema);

}  // namespace breakwater::anthropic
