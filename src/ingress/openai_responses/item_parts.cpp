#include "item_parts.hpp"

#include <algorithm>
#include <optional>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses_client {
namespace {

using Count = std::optional<std::int64_t>;

void write_count(JsonWriter& json, std::string_view name, const Count& count) {
    json.key(name);
    if (count) {
        json.number(*count);
    } else {
        json.null();
    }
}

}  // namespace

// A reader of its own, for whoever sends events may be reading with the thread's.
std::string flat_citation(std::string_view nested, std::int64_t text_before) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(nested);
    if (!parsed || !parsed->is_object()) return {};
    const JsonReader::Element source = get_object(*parsed, "url_citation").value_or(*parsed);
    const auto url = get_string(source, "url");
    if (!url) return {};
    const auto place = [&](std::string_view name) {
        return std::max<std::int64_t>(get_int(source, name).value_or(0) - text_before, 0);
    };
    std::string flat;
    JsonWriter json(flat);
    json.begin_object().field("type", "url_citation");
    json.field("start_index", place("start_index")).field("end_index", place("end_index"));
    json.field("url", *url).field("title", get_string(source, "title").value_or("")).end_object();
    return flat;
}

void write_usage(JsonWriter& json, const Usage& usage) {
    const Count total = usage.total();
    if (!total) {
        json.null();
        return;
    }
    json.begin_object();
    write_count(json, "input_tokens", usage.prompt_total());
    json.key("input_tokens_details").begin_object();
    write_count(json, "cached_tokens", usage.cache_read);
    if (usage.cache_write) json.field("cache_write_tokens", *usage.cache_write);
    json.end_object();
    write_count(json, "output_tokens", usage.output);
    json.key("output_tokens_details").begin_object();
    write_count(json, "reasoning_tokens", usage.reasoning);
    json.end_object();
    write_count(json, "total_tokens", total);
    if (usage.estimated) json.field("estimated", true);
    json.end_object();
}

}  // namespace breakwater::openai_responses_client
