#include "url_citation.hpp"

namespace breakwater {

void write_url_citation(JsonWriter& json, std::string_view url, std::string_view title, std::int64_t start,
                        std::int64_t end) {
    json.begin_object().field("type", "url_citation").key("url_citation").begin_object();
    json.field("start_index", start).field("end_index", end).field("url", url).field("title", title);
    json.end_object().end_object();
}

}  // namespace breakwater
