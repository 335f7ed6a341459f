#include "logprobs.hpp"

#include <algorithm>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;
using Array = JsonReader::Array;

bool has_items(Element object, std::string_view key) noexcept {
    const auto list = get_array(object, key);
    return list && list->size() > 0;
}

void write_token(JsonWriter& json, std::string_view token, double logprob) {
    json.begin_object().field("token", token).field("logprob", logprob).key("bytes").null();
    json.key("top_logprobs").begin_array().end_array().end_object();
}

void write_parallel(JsonWriter& json, Array tokens, Array logprobs) {
    auto logprob = logprobs.begin();
    for (const Element token : tokens) {
        if (logprob == logprobs.end()) return;
        std::string_view text;
        double value = 0;
        const bool known = token.get(text) == simdjson::SUCCESS && (*logprob).get(value) == simdjson::SUCCESS;
        if (known) write_token(json, text, value);
        ++logprob;
    }
}

}  // namespace

bool write_logprobs(std::string& out, JsonReader::Element logprobs, std::string_view text) {
    if (has_items(logprobs, "content") || has_items(logprobs, "refusal")) {
        append_json(out, logprobs);
        return true;
    }
    JsonWriter json(out);
    double number = 0;
    if (logprobs.is_number() && !text.empty() && logprobs.get(number) == simdjson::SUCCESS) {
        json.begin_object().key("content").begin_array();
        write_token(json, text, number);
        json.end_array().end_object();
        return true;
    }
    const auto tokens = get_array(logprobs, "tokens");
    const auto values = get_array(logprobs, "token_logprobs");
    if (!tokens || !values || tokens->size() == 0) return false;
    json.begin_object().key("content").begin_array();
    write_parallel(json, *tokens, *values);
    json.end_array().end_object();
    return true;
}

}  // namespace breakwater::openai
