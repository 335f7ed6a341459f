#include "google_members.hpp"

#include <array>
#include <optional>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

namespace {

struct Row {
    std::string_view snake;
    std::string_view camel;
    JsonText GoogleMembers::* member;
};

constexpr std::array<Row, 3> kRows{{
    {"thinking_config", "thinkingConfig", &GoogleMembers::thinking_config},
    {"safety_settings", "safetySettings", &GoogleMembers::safety_settings},
    {"cached_content", "cachedContent", &GoogleMembers::cached_content},
}};

const Row* find_row(std::string_view name) noexcept {
    for (const Row& row : kRows) {
        if (row.snake == name || row.camel == name) return &row;
    }
    return nullptr;
}

void read_object(JsonReader::Element object, GoogleMembers& out) {
    for (const Row& row : kRows) {
        for (const std::string_view name : {row.snake, row.camel}) {
            if (const auto value = get_value(object, name)) out.*row.member = to_json(*value);
        }
    }
}

GoogleMembers own_members(const ChatRequest& request) {
    GoogleMembers out;
    for (const auto& [name, value] : request.extensions) {
        if (const Row* row = find_row(name)) {
            out.*row->member = value;
        } else if (name == "generationConfig") {
            out.generation_config = value;
        } else if (name == "retrievalConfig") {
            out.retrieval_config = value;
        } else if (name == "functionCallingMode") {
            out.validated = true;
        } else {
            out.others.emplace_back(name, value);
        }
    }
    return out;
}

}  // namespace

GoogleMembers read_google_members(const ChatRequest& request) {
    if (request.dialect == ClientDialect::google_generate) return own_members(request);
    GoogleMembers out;
    JsonReader reader;
    for (const auto& [name, value] : request.extensions) {
        if (const Row* row = find_row(name)) {
            out.*row->member = value;
        } else if (name == "google" || name == "extra_body") {
            const Result<JsonReader::Element> parsed = reader.parse(value);
            if (!parsed) continue;
            const auto object = name == "google" ? std::optional(*parsed) : get_object(*parsed, "google");
            if (object) read_object(*object, out);
        }
    }
    return out;
}

bool is_google_member(const ChatRequest& request, std::string_view name) noexcept {
    return request.dialect == ClientDialect::google_generate || name == "google" || name == "extra_body" ||
           find_row(name) != nullptr;
}

}  // namespace breakwater::google
