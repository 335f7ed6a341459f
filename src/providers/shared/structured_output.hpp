#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "encode_notes.hpp"

namespace breakwater {

/// Tool that the model is made to call where it cannot be held to a schema otherwise; its arguments become the answer's
/// text.
inline constexpr std::string_view kJsonTool = "json_output";

/// How `response_format` is kept where it has to be bent: the first of these that the model and the rest of the request
/// allow. Made for the Messages API and for what serves the same models (Bedrock's Converse).
struct StructuredOutput {
    enum class Shape : std::uint8_t {
        none,         ///< text was asked for
        native,       ///< the API's own form, with `schema`
        tool,         ///< a forced call of kJsonTool
        instruction,  ///< a sentence in the system text
    };
    Shape shape = Shape::none;
    std::string schema{};  ///< for the native form (in its subset) or the tool; empty without one
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

/// The part of JSON Schema that native structured output and strict tools take. Errors: see json_schema::normalise.
Result<std::string> in_native_subset(JsonReader::Element schema);

}  // namespace breakwater
