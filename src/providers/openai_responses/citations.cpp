#include "citations.hpp"

#include <algorithm>

#include "../shared/url_citation.hpp"
#include "breakwater/base/utf16.hpp"
#include "known.hpp"

namespace breakwater::openai_responses {
namespace {

std::int64_t place(JsonReader::Element annotation, std::string_view name) noexcept {
    return std::clamp<std::int64_t>(get_int(annotation, name).value_or(0), 0, INT32_MAX);
}

}  // namespace

void Citations::add_text(std::string_view text) noexcept {
    length_ += utf16_units(text);
}

void Citations::cite(JsonReader::Element annotation, EventSink& sink) {
    const std::string_view type = get_string(annotation, "type").value_or("");
    if (!is_known_annotation(type)) sink.on_unknown(Unknown::content);
    if (type != "url_citation") return;
    // Relays have sent the chat API's form, which nests.
    const JsonReader::Element source = get_object(annotation, "url_citation").value_or(annotation);
    const std::string_view url = get_string(source, "url").value_or("");
    if (url.empty()) return;
    const std::int64_t start = place(source, "start_index");
    const std::int64_t end = place(source, "end_index");
    const bool placed = end > start;  // 0 and 0: it is not known where
    scratch_.clear();
    JsonWriter json(scratch_);
    write_url_citation(json, url, get_string(source, "title").value_or(""), placed ? part_begin_ + start : 0,
                       placed ? part_begin_ + end : 0);
    sink.on_event(AnnotationEvent{.json = scratch_});
}

}  // namespace breakwater::openai_responses
