#include "event_class.hpp"

#include <cstring>

#include "breakwater/wire/json_reader.hpp"
#include "delta_scan.hpp"

namespace breakwater::bench {

namespace {

bool contains(std::string_view text, std::string_view word) noexcept {
    return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

/// "response.output_text.delta" and its kin carry text; the end has its own names.
EventClass classify_named(std::string_view name, EventClass otherwise) noexcept {
    if (name == "response.completed" || name == "response.incomplete" || name == "message_stop")
        return EventClass::done;
    if (name == "error" || name == "response.failed") return EventClass::error;
    return otherwise;
}

bool has_text(JsonReader::Element root) {
    const auto choices = get_array(root, "choices");
    if (!choices) return false;
    for (const JsonReader::Element choice : *choices) {
        if (!get_string(choice, "text").value_or("").empty()) return true;
        if (const auto delta = get_object(choice, "delta"); delta && has_content(*delta)) return true;
    }
    return false;
}

EventClass classify_parsed(std::string_view data) {
    const auto root = shared_json_reader().parse_repaired(data);
    if (!root || !root->is_object()) return EventClass::malformed;
    if (get_value(*root, "error")) return EventClass::error;
    return has_text(*root) ? EventClass::content : EventClass::other;
}

}  // namespace

EventClass classify(const SseEvent& event, std::size_t& offset) {
    if (event.data == "[DONE]") return EventClass::done;
    if (event.error_field) return EventClass::error;
    switch (scan_delta(event.data, offset)) {
        case DeltaScan::content:
            return event.name.empty() ? EventClass::content : classify_named(event.name, EventClass::content);
        case DeltaScan::empty:
            // Some providers send the error beside a last, empty delta. In a string the quotes would be escaped.
            if (!contains(event.data, R"("error")")) return classify_named(event.name, EventClass::other);
            break;
        case DeltaScan::unknown:
            break;
    }
    return classify_named(event.name, classify_parsed(event.data));
}

}  // namespace breakwater::bench
