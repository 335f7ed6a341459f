#include "logprobs.hpp"

#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;

// Left open, since the chosen token has more members than its alternatives.
void begin_token(JsonWriter& json, Element token) {
    const std::string_view text = get_string(token, "token").value_or("");
    json.begin_object().field("token", text);
    json.field("logprob", get_double(token, "logProbability").value_or(0));
    json.key("bytes").begin_array();
    for (const char byte : text) json.number(std::int64_t{static_cast<unsigned char>(byte)});
    json.end_array();
}

}  // namespace

bool write_logprobs(std::string& out, Element result) {
    const auto chosen = get_array(result, "chosenCandidates");
    if (!chosen || chosen->size() == 0) return false;
    const auto top = get_array(result, "topCandidates");
    JsonReader::Array::Iterator alternatives = top ? top->begin() : JsonReader::Array::Iterator();
    std::size_t left = top ? top->size() : 0;
    JsonWriter json(out);
    json.begin_object().key("content").begin_array();
    for (const Element token : *chosen) {
        begin_token(json, token);
        json.key("top_logprobs").begin_array();
        if (left > 0) {
            if (const auto candidates = get_array(*alternatives, "candidates")) {
                for (const Element candidate : *candidates) {
                    begin_token(json, candidate);
                    json.end_object();
                }
            }
            ++alternatives;
            --left;
        }
        json.end_array().end_object();
    }
    json.end_array().key("refusal").null().end_object();
    return true;
}

}  // namespace breakwater::google
