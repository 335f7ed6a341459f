#include <array>

#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {
namespace {

using ingress::Problem;
using ingress::Value;

constexpr std::int64_t kDimensionsMax = 65'536;

/// Ids, as the JSON that they are.
bool read_tokens(const Value& list, EmbeddingRequest& request) {
    if (list.count() == 0) return list.fail("invalid_value", "expected at least one token");
    const bool ids = list.each_item([](const Value& item) {
        std::optional<std::int64_t> id;
        return item.read(id, 0);
    });
    if (ids) request.inputs.push_back({.tokens = list.json()});
    return ids;
}

bool read_list(const Value& list, EmbeddingRequest& request) {
    const std::size_t count = list.count();
    if (count == 0) return list.fail("invalid_value", "expected at least one input");
    bool tokens = false;  // the list is itself one input
    list.each_item([&](const Value& first) {
        tokens = !first.is_string() && !first.is_array();
        return false;
    });
    if (tokens) return read_tokens(list, request);
    if (count > kEmbeddingInputsMax) return list.fail("array_above_max_length", "expected at most 16384 inputs");
    request.inputs.reserve(count);
    return list.each_item([&](const Value& item) {
        if (item.is_array()) return read_tokens(item, request);
        if (!item.is_string()) return item.wrong_type("a string, or a list of token ids");
        request.inputs.push_back({.text = std::string(item.text())});
        return true;
    });
}

bool read_input(const Value& input, EmbeddingRequest& request) {
    if (input.is_array()) return read_list(input, request);
    if (!input.is_string()) return input.wrong_type("a string, a list of strings, or lists of token ids");
    request.inputs.push_back({.text = std::string(input.text())});
    return true;
}

bool read_format(const Value& value, EmbeddingRequest& request) {
    static constexpr std::array<std::string_view, 2> kWords{"float", "base64"};
    std::size_t word = 0;
    if (!value.read_word(word, kWords)) return false;
    request.base64 = word == 1;
    return true;
}

bool read_member(std::string_view name, const Value& value, EmbeddingRequest& request) {
    if (name == "model") return ingress::read_model_name(value, request.model);
    if (name == "input") return read_input(value, request);
    if (name == "encoding_format") return read_format(value, request);
    if (name == "dimensions") return value.read(request.dimensions, 1, kDimensionsMax);
    if (name == "input_type") return value.read(request.input_type);
    if (name == "user") return value.read(request.user);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_embedding_request(std::string& body, JsonReader& reader, EmbeddingRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) return root.missing("model");
            return !request.inputs.empty() || root.missing("input");
        });
}

}  // namespace breakwater
