#include "breakwater/wire/json_reader.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "json_diagnosis.hpp"

namespace breakwater {
namespace {

/// Buffers that one huge document has grown beyond this are given back when a small one follows.
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

/// simdjson says which rule was broken, not where: the text is read once more for the place, which only failures pay
/// for.
std::unexpected<Error> explain(simdjson::error_code code, std::string_view json, std::size_t depth_max) {
    if (code == simdjson::DEPTH_ERROR) {
        return refuse("json_too_deep", "The body nests objects and arrays more than " + std::to_string(depth_max) +
                                           " levels deep; send a flatter document.");
    }
    if (code == simdjson::UTF8_ERROR) {
        return refuse("invalid_utf8", "The body is not valid UTF-8; encode the JSON text as UTF-8.");
    }
    if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) {
        return refuse("invalid_json", "The body is too large to be read as JSON.");
    }
    if (trim(json).empty()) return refuse("invalid_json", "The body is empty; send a JSON document.");
    if (const auto fault = diagnose_json(json)) {
        return refuse_invalid(std::string(fault->reason) + " near byte " + std::to_string(fault->offset));
    }
    return refuse_invalid("the text breaks off or has a value that JSON does not allow");
}

}  // namespace

Result<JsonReader::Element> JsonReader::parse(std::string_view json, std::size_t depth_max) {
    Element root;
    const simdjson::error_code code = load(json, depth_max, root);
    if (code == simdjson::SUCCESS) return root;
    return explain(code, json, depth_max);
}

Result<JsonReader::Element> JsonReader::parse_in_place(std::string& json, std::size_t depth_max) {
    json.reserve(json.size() + kPadding);
    release_after_huge(json.size());
    Element root;
    const simdjson::error_code code = load_padded(json, depth_max, root);
    if (code == simdjson::SUCCESS) return root;
    return explain(code, json, depth_max);
}

Result<JsonReader::Element> JsonReader::parse_repaired_in_place(std::string& json, std::size_t depth_max) {
    auto root = parse_in_place(json, depth_max);
    if (root || root.error().code != "invalid_utf8") return root;
    json = replace_invalid_utf8(json);
    return parse_in_place(json, depth_max);
}

Result<JsonReader::Element> JsonReader::parse_repaired(std::string_view json, std::size_t depth_max) {
    Element root;
    const simdjson::error_code code = load(json, depth_max, root);
    if (code == simdjson::SUCCESS) return root;
    if (code == simdjson::UTF8_ERROR) return parse(replace_invalid_utf8(json), depth_max);
    return explain(code, json, depth_max);
}

simdjson::error_code JsonReader::load(std::string_view json, std::size_t depth_max, Element& root) {
    release_after_huge(json.size());
    padded_.reserve(json.size() + kPadding);
    padded_.assign(json);
    return load_padded({padded_.data(), json.size()}, depth_max, root);
}

/// There must be kPadding bytes behind the text that may be read.
simdjson::error_code JsonReader::load_padded(std::string_view json, std::size_t depth_max, Element& root) {
    // simdjson refuses the container that would reach its own limit, so one more than ours.
    if (parser_.capacity() == 0 || parser_.max_depth() != depth_max + 1) {
        const std::size_t capacity = std::max(parser_.capacity(), json.size());
        if (const auto code = parser_.allocate(capacity, depth_max + 1)) return code;
    }
    return parser_.parse(json.data(), json.size(), false).get(root);
}

JsonReader& shared_json_reader() {
    thread_local JsonReader reader;
    return reader;
}

void JsonReader::release_after_huge(std::size_t next_bytes) {
    const std::size_t kept = std::max(padded_.capacity(), parser_.capacity());
    if (kept <= kKeptBytesMax || next_bytes > kSmallBytes) return;
    std::string().swap(padded_);
    parser_ = simdjson::dom::parser();
}

}  // namespace breakwater
