#pragma once

#include <cstdint>
#include <string>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::cohere {

/// How `response_format` is kept.
struct StructuredOutput {
    enum class Shape : std::uint8_t {
        none,         ///< text was asked for
        json_object,  ///< any object
        schema,       ///< the API's own form, with `schema`
        instruction,  ///< a sentence in the system text
    };
    Shape shape = Shape::none;
    std::string schema{};       ///< in the API's subset
    std::string instruction{};  ///< for the system text, or empty
};

/// `grounded`: the request has tools or documents, with which the API takes no response format.
StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment, bool grounded,
                                        EncodeNotes& notes);

/// The member `response_format`, where the API's own form is used.
void write_response_format(JsonWriter& writer, const StructuredOutput& output);

}  // namespace breakwater::cohere
