#include "kept_responses.hpp"

#include <algorithm>
#include <optional>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kTurnsMax = 1'000;
constexpr std::uint64_t kListedMax = 100;

std::unexpected<Error> not_kept(std::string_view id) {
    return fail(ErrorKind::not_found, "There is no response `" + sanitise_provider_text(id, 80) +
                                          "` here: it was not stored, is too old, or belongs to another client.");
}

std::unexpected<Error> not_found_before(std::string_view id) {
    Error error(ErrorKind::invalid_request,
                "previous_response_id: there is no response `" + sanitise_provider_text(id, 80) +
                    "` here; send the conversation as items in `input`.",
                "previous_response_id");
    error.code = "previous_response_not_found";
    return std::unexpected(std::move(error));
}

struct Listed {
    std::string id;
    std::string json;
};

/// The items of the request, each with an id, which clients need for the next page.
std::vector<Listed> items_of(const KeptResponse& kept, std::string_view response_id) {
    std::vector<Listed> items;
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(kept.input);
    JsonReader::Array list;
    if (!parsed || !parsed->get(list)) return items;
    for (const JsonReader::Element item : list) {
        Listed listed{.id = std::string(get_string(item, "id").value_or("")), .json = to_json(item)};
        if (listed.id.empty()) {
            listed.id = "item_" + std::string(response_id) + "_" + std::to_string(items.size());
            std::string named;
            JsonWriter(named).begin_object().field("id", listed.id);
            if (!get_value(item, "type")) named += R"(,"type":"message")";
            named.append(listed.json.size() > 2 ? "," : "").append(listed.json.substr(1));
            listed.json = std::move(named);
        }
        items.push_back(std::move(listed));
    }
    return items;
}

void write_id(JsonWriter& json, std::string_view name, const std::vector<Listed>& page, bool first) {
    json.key(name);
    if (page.empty()) {
        json.null();
    } else {
        json.string(first ? page.front().id : page.back().id);
    }
}

Result<std::string> list_items(const KeptResponse& kept, std::string_view id, std::string_view target) {
    const std::uint64_t limit = parse_u64(find_query_parameter(target, "limit").value_or("20")).value_or(0);
    const std::string order = find_query_parameter(target, "order").value_or("desc");
    if (limit == 0 || limit > kListedMax)
        return fail(ErrorKind::invalid_request, "limit: expected a number from 1 to 100", "limit");
    if (order != "asc" && order != "desc")
        return fail(ErrorKind::invalid_request, "order: expected asc or desc", "order");
    std::vector<Listed> items = items_of(kept, id);
    if (order == "desc") std::ranges::reverse(items);
    if (const auto after = find_query_parameter(target, "after")) {
        const auto place = std::ranges::find(items, *after, &Listed::id);
        if (place == items.end()) return fail(ErrorKind::invalid_request, "after: there is no such item", "after");
        items.erase(items.begin(), place + 1);
    }
    const bool more = items.size() > limit;
    if (more) items.resize(limit);
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("object", "list").key("data").begin_array();
    for (const Listed& item : items) json.raw(item.json);
    json.end_array();
    write_id(json, "first_id", items, true);
    write_id(json, "last_id", items, false);
    json.field("has_more", more).end_object();
    return body;
}

std::string deleted(std::string_view id) {
    std::string body;
    JsonWriter(body).begin_object().field("id", id).field("object", "response").field("deleted", true).end_object();
    return body;
}

}  // namespace

Result<std::vector<std::string>> earlier_turns(const KeptView& view, std::string id, std::size_t bytes_max) {
    std::vector<std::string> turns;
    std::size_t bytes = 0;
    while (!id.empty()) {
        const std::shared_ptr<const KeptResponse> kept = view.find(id);
        if (kept == nullptr) return not_found_before(id);
        bytes += kept->input.size() + kept->answer.size();
        if (bytes > bytes_max || turns.size() >= 2 * kTurnsMax) {
            return fail(ErrorKind::request_too_large,
                        "previous_response_id: the conversation is longer than a request may be",
                        "previous_response_id");
        }
        turns.push_back(kept->answer);
        turns.push_back(kept->input);
        id = kept->previous_id;
    }
    std::ranges::reverse(turns);
    return turns;
}

Result<std::string> about_kept(const KeptView& view, const ApiPath& path, std::string_view method,
                               std::string_view target) {
    const std::shared_ptr<const KeptResponse> kept = view.find(path.model);
    if (kept == nullptr) return not_kept(path.model);
    if (path.endpoint == Endpoint::response_items) return list_items(*kept, path.model, target);
    if (path.endpoint == Endpoint::response_cancel) {
        return fail(ErrorKind::invalid_request,
                    "Only responses that run in the background can be cancelled, and the gateway runs none.");
    }
    if (method == "DELETE") {
        view.store.erase(view.owner, path.model);
        return deleted(path.model);
    }
    if (find_query_parameter(target, "stream") == "true")
        return fail(ErrorKind::invalid_request, "stream: a kept response is given as a whole only", "stream");
    return kept->answer;
}

}  // namespace breakwater
