#include "breakwater/ingress/anthropic_models.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

/// 2026-11-28T10:30:00Z (RFC 3339). The dialect demands a time; the epoch stands for an unknown one, as at the vendor.
std::string timestamp(std::int64_t seconds) {
    using namespace std::chrono;
    const sys_seconds at{std::chrono::seconds{seconds}};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

void write_limit(JsonWriter& json, JsonKey name, std::optional<std::int64_t> value) {
    if (value) json.field(name, *value);
}

void write_model(JsonWriter& json, const ModelEntry& model) {
    json.begin_object().field("type", "model").field("id", model.id).field("display_name", model.id);
    json.field("created_at", timestamp(model.created));
    write_limit(json, "max_input_tokens", model.facts.context);
    write_limit(json, "max_tokens", model.facts.max_output);
    json.end_object();
}

void write_id(JsonWriter& json, JsonKey name, std::span<const ModelEntry> models, bool first) {
    json.key(name);
    if (models.empty()) {
        json.null();
    } else {
        json.string(first ? models.front().id : models.back().id);
    }
}

/// The models that the page may show, and whether there are more in its direction.
struct Slice {
    std::span<const ModelEntry> models;
    bool has_more;
};

Slice slice_of(std::span<const ModelEntry> models, const ModelPage& page) {
    const std::string& border = page.before_id.empty() ? page.after_id : page.before_id;
    const auto found = static_cast<std::size_t>(std::ranges::find(models, border, &ModelEntry::id) - models.begin());
    if (!border.empty() && found == models.size()) return {{}, false};
    if (!page.before_id.empty()) {
        const std::size_t count = std::min(page.limit, found);
        return {models.subspan(found - count, count), found > count};
    }
    const std::size_t begin = border.empty() ? 0 : found + 1;
    const std::size_t count = std::min(page.limit, models.size() - begin);
    return {models.subspan(begin, count), begin + count < models.size()};
}

}  // namespace

std::string anthropic_models_list_json(std::span<const ModelEntry> models, const ModelPage& page) {
    const Slice slice = slice_of(models, page);
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("data").begin_array();
    for (const ModelEntry& model : slice.models) write_model(json, model);
    json.end_array().field("has_more", slice.has_more);
    write_id(json, "first_id", slice.models, true);
    write_id(json, "last_id", slice.models, false);
    json.end_object();
    return body;
}

std::string anthropic_model_json(const ModelEntry& model) {
    std::string body;
    JsonWriter json(body);
    write_model(json, model);
    return body;
}

}  // namespace breakwater
