#include "breakwater/wire/json_reader.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "json_diagnosis.hpp"
#include "json_tree_builder.hpp"

namespace breakwater {
namespace {

/// Room that one huge document has grown beyond this is given back when a small one follows.
constexpr std::size_t kKeptBytesMax = 1u << 20;
constexpr std::size_t kSmallBytes = 64u << 10;

std::unexpected<Error> refuse(std::string_view code, std::string message) {
    Error error(ErrorKind::invalid_request, std::move(message));
    error.code = code;
    return std::unexpected(std::move(error));
}

std::unexpected<Error> refuse_invalid(std::string_view reason) {
    return refuse("invalid_json", "The body is not valid JSON: " + std::string(reason) + ".");
}

/// What was refused is read once more for the place, which only failures pay for.
std::unexpected<Error> explain(JsonRefusal refusal, std::string_view json, std::size_t depth_max) {
    switch (refusal) {
        case JsonRefusal::too_deep:
            return refuse("json_too_deep", "The body nests objects and arrays more than " + std::to_string(depth_max) +
                                               " levels deep; send a flatter document.");
        case JsonRefusal::bad_utf8:
            return refuse("invalid_utf8", "The body is not valid UTF-8; encode the JSON text as UTF-8.");
        case JsonRefusal::too_large:
            return refuse("invalid_json", "The body is too large to be read as JSON.");
        case JsonRefusal::none:
        case JsonRefusal::malformed:
            break;
    }
    if (trim(json).empty()) return refuse("invalid_json", "The body is empty; send a JSON document.");
    if (const auto fault = diagnose_json(json)) {
        return refuse_invalid(std::string(fault->reason) + " near byte " + std::to_string(fault->offset));
    }
    return refuse_invalid("the text breaks off or has a value that JSON does not allow");
}

}  // namespace

Result<JsonElement> JsonReader::parse(std::string_view json, std::size_t depth_max) {
    const JsonRefusal refusal = load(json, depth_max);
    if (refusal == JsonRefusal::none) return JsonElement(tree_, 0);
    return explain(refusal, json, depth_max);
}

Result<JsonElement> JsonReader::parse_repaired(std::string_view json, std::size_t depth_max) {
    const JsonRefusal refusal = load(json, depth_max);
    if (refusal == JsonRefusal::none) return JsonElement(tree_, 0);
    if (refusal != JsonRefusal::bad_utf8) return explain(refusal, json, depth_max);
    repaired_ = replace_invalid_utf8(json);
    return parse(repaired_, depth_max);
}

JsonRefusal JsonReader::load(std::string_view json, std::size_t depth_max) {
    release_after_huge(json.size());
    const JsonRefusal refusal = places_.find(json);
    return refusal == JsonRefusal::none ? build_json_tree(tree_, places_, json, depth_max) : refusal;
}

JsonReader& shared_json_reader() {
    thread_local JsonReader reader;
    return reader;
}

void JsonReader::release_after_huge(std::size_t next_bytes) {
    const std::size_t kept = std::max({places_.capacity(), tree_.capacity(), repaired_.capacity()});
    if (kept <= kKeptBytesMax || next_bytes > kSmallBytes) return;
    places_.release();
    tree_ = JsonTree();
    std::string().swap(repaired_);
}

}  // namespace breakwater
