#include "unknown_fields.hpp"

#include <algorithm>

namespace breakwater {

void report_unknown_fields(JsonReader::Element object, std::span<const std::string_view> known, EventSink& sink) {
    JsonReader::Object members;
    if (!object.get(members)) return;
    auto next = known.begin();  // providers keep an order, so as a rule it is the one behind the last
    for (const auto& member : members) {
        const std::string_view name = member.key;
        if (next == known.end() || *next != name) next = std::ranges::find(known, name);
        if (next == known.end()) {
            sink.on_unknown(Unknown::field);
        } else {
            ++next;
        }
    }
}

std::string_view read_finish_word(JsonReader::Element holder, std::string_view name, EventSink& sink) {
    const auto value = get_value(holder, name);
    std::string_view word;
    if (value && !value->get(word)) sink.on_unknown(Unknown::finish_reason);
    return word;
}

bool is_no_reason(JsonReader::Element value) noexcept {
    double number = 0;
    if (value.is_number() && value.get(number)) return number == 0;
    bool truth = false;
    if (value.get(truth)) return !truth;
    std::string_view text;
    if (value.get(text)) return text.empty();
    JsonReader::Object object;
    if (value.get(object)) return object.size() == 0;
    JsonReader::Array list;
    return !value.get(list) || list.size() == 0;  // null is all that is left
}

}  // namespace breakwater
