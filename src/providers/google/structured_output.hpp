#pragma once

#include <cstdint>
#include <string>

#include "../shared/encode_notes.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "schema.hpp"
#include "traits.hpp"

namespace breakwater::google {

/// How `response_format` is kept: the first of these that the model and the rest of the request allow.
struct StructuredOutput {
    enum class Shape : std::uint8_t {
        none,         ///< text was asked for
        json,         ///< responseMimeType alone: any JSON
        schema,       ///< responseMimeType and a schema
        instruction,  ///< a sentence in the system text
    };
    Shape shape = Shape::none;
    SchemaForm form = SchemaForm::json_schema;
    std::string schema{};
    std::string instruction{};  ///< for the system text, or empty
};

/// `with_tools`: the model may also call tools, which older ones do not take beside a schema.
StructuredOutput plan_structured_output(const ChatRequest& request, const Deployment& deployment, Generation generation,
                                        bool with_tools, EncodeNotes& notes);

/// True when the model has to be asked in words, and so may put something around the answer.
bool asks_in_words(const ChatRequest& request, const Deployment& deployment, Generation generation, bool with_tools);

/// The members of generationConfig that hold the answer to its form.
void write_structured_output(JsonWriter& writer, const StructuredOutput& output);

}  // namespace breakwater::google
