#include "meaning.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <vector>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::sim {
namespace {

constexpr std::int64_t kDimensions = 256;
constexpr std::int64_t kDimensionsMax = 4096;
/// Longer texts are known by their beginning.
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBytesPerToken = 4;

bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

/// The sum of a random direction for each word, of length 1.
std::vector<double> vector_of(std::string_view text, std::size_t dimensions) {
    std::vector<double> sum(dimensions);
    const auto add = [&](std::string_view word) {
        Rng rng(fnv1a(to_lower(word)));
        for (double& value : sum) value += rng.uniform() - 0.5;
    };
    text = text.substr(0, kReadBytes);
    std::size_t words = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        if (end > at) add(text.substr(at, end - at)), ++words;
        at = end + 1;
    }
    if (words == 0) add(text);
    double squares = 0;
    for (const double value : sum) squares += value * value;
    for (double& value : sum) value /= std::sqrt(squares);
    return sum;
}

double cosine(std::span<const double> a, std::span<const double> b) noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void write_vector(JsonWriter& json, const std::vector<double>& vector, bool base64) {
    if (!base64) {
        json.begin_array();
        for (const double value : vector) json.number(static_cast<double>(static_cast<float>(value)));
        json.end_array();
        return;
    }
    std::string bytes;
    for (const double value : vector) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
        for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((bits >> shift) & 0xFFu));
    }
    json.string(encode_base64(bytes));
}

/// Token ids stand for themselves.
std::string text_of(JsonReader::Element input) {
    std::string_view text;
    return input.get(text) ? std::string(text) : to_json(input);
}

void write_usage(JsonWriter& json, std::size_t bytes) {
    const auto tokens = static_cast<std::int64_t>((bytes + kBytesPerToken - 1) / kBytesPerToken);
    json.key("usage").begin_object().field("prompt_tokens", tokens).field("total_tokens", tokens).end_object();
}

}  // namespace

Result<std::string> embeddings_json(std::string_view model, JsonReader::Element body) {
    const auto inputs = get_array(body, "input");
    if (!inputs) return fail(ErrorKind::invalid_request, "input: expected a list", "input");
    const std::int64_t dimensions = get_int(body, "dimensions").value_or(kDimensions);
    if (dimensions < 1 || dimensions > kDimensionsMax) {
        return fail(ErrorKind::invalid_request, "dimensions: expected 1 to " + std::to_string(kDimensionsMax),
                    "dimensions");
    }
    const bool base64 = get_string(body, "encoding_format") == "base64";
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("object", "list").field("model", model).key("data").begin_array();
    std::int64_t index = 0;
    std::size_t bytes = 0;
    for (const JsonReader::Element input : *inputs) {
        const std::string words = text_of(input);
        bytes += words.size();
        json.begin_object().field("object", "embedding").field("index", index++).key("embedding");
        write_vector(json, vector_of(words, static_cast<std::size_t>(dimensions)), base64);
        json.end_object();
    }
    json.end_array();
    write_usage(json, bytes);
    json.end_object();
    return text;
}

Result<std::string> rerank_json(std::string_view model, JsonReader::Element body) {
    const auto query = get_string(body, "query");
    const auto documents = get_array(body, "documents");
    if (!query || !documents) return fail(ErrorKind::invalid_request, "expected query and documents");
    const std::vector<double> meaning = vector_of(*query, kDimensions);
    std::vector<std::pair<double, std::int64_t>> ranks;
    std::size_t bytes = query->size();
    for (const JsonReader::Element document : *documents) {
        const std::string words = text_of(document);
        bytes += words.size();
        // From 0 to 1, as rerankers have it.
        ranks.emplace_back((1 + cosine(meaning, vector_of(words, kDimensions))) / 2,
                           static_cast<std::int64_t>(ranks.size()));
    }
    std::ranges::sort(ranks, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    const auto top = static_cast<std::size_t>(
        std::max<std::int64_t>(get_int(body, "top_n").value_or(static_cast<std::int64_t>(ranks.size())), 0));
    if (ranks.size() > top) ranks.resize(top);
    std::string text;
    JsonWriter json(text);
    json.begin_object().field("model", model).key("results").begin_array();
    for (const auto& [score, index] : ranks)
        json.begin_object().field("index", index).field("relevance_score", score).end_object();
    json.end_array();
    write_usage(json, bytes);
    json.end_object();
    return text;
}

}  // namespace breakwater::sim
