#include "logprobs.hpp"

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google_generate {
namespace {

void write_token(JsonWriter& json, JsonReader::Element token) {
    json.begin_object().field("token", get_string(token, "token").value_or(""));
    json.field("logProbability", get_double(token, "logprob").value_or(0)).end_object();
}

}  // namespace

void write_logprobs(JsonWriter& json, std::string_view logprobs) {
    const Result<JsonReader::Element> parsed = shared_json_reader().parse(logprobs);
    const auto tokens = parsed ? get_array(*parsed, "content") : std::nullopt;
    if (!tokens || tokens->size() == 0) return;
    double sum = 0;
    for (const JsonReader::Element token : *tokens) sum += get_double(token, "logprob").value_or(0);
    json.field("avgLogprobs", sum / static_cast<double>(tokens->size()));
    json.key("logprobsResult").begin_object().key("topCandidates").begin_array();
    for (const JsonReader::Element token : *tokens) {
        json.begin_object().key("candidates").begin_array();
        if (const auto others = get_array(token, "top_logprobs")) {
            for (const JsonReader::Element other : *others) write_token(json, other);
        }
        json.end_array().end_object();
    }
    json.end_array().key("chosenCandidates").begin_array();
    for (const JsonReader::Element token : *tokens) write_token(json, token);
    json.end_array().end_object();
}

}  // namespace breakwater::google_generate
