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

void begin_token(JsonWriter& json, std::string_view token) {
    json.begin_object().field("token", token).key("logprob");
}

void write_token(JsonWriter& json, std::string_view token, double logprob) {
    begin_token(json, token);
    json.number(logprob).key("bytes").null().key("top_logprobs").begin_array().end_array().end_object();
}

/// More than any model tells: the rest is left out.
constexpr std::size_t kLikeliestMax = 20;

/// The likeliest tokens of one place, each a name in an object.
void write_top(JsonWriter& json, std::optional<Element> likeliest) {
    json.key("top_logprobs").begin_array();
    JsonReader::Object names;
    if (likeliest && likeliest->get(names)) {
        std::size_t left = kLikeliestMax;
        for (const auto [token, value] : names) {
            if (left-- == 0) break;
            double logprob = 0;
            if (value.get(logprob)) write_token(json, token, logprob);
        }
    }
    json.end_array();
}

/// Lists with one entry for each token. Those that are shorter, or not there, say nothing of the rest.
class ParallelLists {
public:
    ParallelLists(Element logprobs, bool completion) : logprobs_(logprobs), completion_(completion) {}

    /// False when there are no tokens.
    bool write(JsonWriter& json) {
        const auto tokens = get_array(logprobs_, "tokens");
        if (!tokens || tokens->size() == 0 || !values_.list) return false;
        json.begin_object().key("content").begin_array();
        for (const Element token : *tokens) {
            std::string_view text;
            const bool known = token.get(text);
            write_next(json, known ? text : std::string_view(), known);
        }
        json.end_array().end_object();
        return true;
    }

private:
    struct List {
        List(Element logprobs, std::string_view name) : list(get_array(logprobs, name)) {
            if (list) next = list->begin();
        }
        std::optional<Element> take() {
            if (!list || next == list->end()) return std::nullopt;
            const Element value = *next;
            ++next;
            return value;
        }
        std::optional<Array> list;
        Array::Iterator next{};
    };

    void write_next(JsonWriter& json, std::string_view token, bool known) {
        const std::optional<Element> value = values_.take();
        const std::optional<Element> likeliest = tops_.take();
        const std::optional<Element> offset = offsets_.take();
        double logprob = 0;
        const bool valued = value && value->get(logprob);
        if (!known || (!valued && !completion_)) return;
        begin_token(json, token);
        valued ? json.number(logprob) : json.null();
        json.key("bytes").null();
        std::int64_t place = 0;
        if (completion_ && offset && offset->get(place)) json.field("text_offset", place);
        write_top(json, likeliest);
        json.end_object();
    }

    Element logprobs_;
    bool completion_;
    List values_{logprobs_, "token_logprobs"};
    List tops_{logprobs_, "top_logprobs"};
    List offsets_{logprobs_, "text_offset"};
};

}  // namespace

bool write_logprobs(std::string& out, JsonReader::Element logprobs, std::string_view text, bool completion) {
    if (has_items(logprobs, "content") || has_items(logprobs, "refusal")) {
        append_json(out, logprobs);
        return true;
    }
    JsonWriter json(out);
    double number = 0;
    if (logprobs.is_number() && !text.empty() && logprobs.get(number)) {
        json.begin_object().key("content").begin_array();
        write_token(json, text, number);
        json.end_array().end_object();
        return true;
    }
    return ParallelLists(logprobs, completion).write(json);
}

}  // namespace breakwater::openai
