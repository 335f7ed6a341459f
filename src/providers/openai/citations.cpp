#include "citations.hpp"

#include "../shared/url_citation.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

std::string_view url_of(Element citation) noexcept {
    std::string_view url;
    if (citation.get(url)) return url;
    return get_string(citation, "url").value_or("");
}

std::string_view title_of(std::string_view url, std::optional<JsonReader::Array> results) noexcept {
    if (!results) return {};
    for (const Element result : *results) {
        if (get_string(result, "url") == url) return get_string(result, "title").value_or("");
    }
    return {};
}

}  // namespace

void Citations::read_annotations(JsonReader::Array annotations, std::uint32_t choice, EventSink& sink) {
    for (const Element annotation : annotations) {
        if (!annotation.is_object()) continue;
        scratch_.clear();
        const auto url = get_string(annotation, "url");
        if (url && !get_object(annotation, "url_citation")) {
            // The flat form of the Responses API, which some servers use here as well.
            JsonWriter json(scratch_);
            write_url_citation(json, *url, get_string(annotation, "title").value_or(""),
                               get_int(annotation, "start_index").value_or(0),
                               get_int(annotation, "end_index").value_or(0));
        } else {
            append_json(scratch_, annotation);
        }
        annotated_ = true;
        sink.on_event(AnnotationEvent{.choice = choice, .json = scratch_});
    }
}

void Citations::read_urls(JsonReader::Array citations, std::optional<JsonReader::Array> search_results) {
    // The list comes with every chunk, and grows if it changes at all.
    if (citations.size() <= sources_.size()) return;
    sources_.clear();
    for (const Element citation : citations) {
        const std::string_view url = url_of(citation);
        sources_.push_back({.url = std::string(url), .title = std::string(title_of(url, search_results))});
    }
}

void Citations::finish(EventSink& sink) const {
    if (annotated_) return;
    for (const Source& source : sources_) {
        if (source.url.empty()) continue;
        std::string text;
        JsonWriter json(text);
        write_url_citation(json, source.url, source.title, 0, 0);
        sink.on_event(AnnotationEvent{.choice = 0, .json = text});
    }
}

}  // namespace breakwater::openai
