#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

json encode(const std::vector<StreamEvent>& events, bool base64) {
    const auto encoder = make_embedding_encoder({.model = "m"}, base64);
    for (const StreamEvent& event : events) encoder->on_event(event);
    return json::parse(encoder->out());
}

std::string bytes_of(float value) {
    std::string bytes;
    for (unsigned shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<char>((std::bit_cast<std::uint32_t>(value) >> shift) & 0xFFu));
    return bytes;
}

TEST(EmbeddingEncoder, WritesTheListThatSdksRead) {
    const std::vector<double> values{1, -0.5};
    const json answer =
        encode({EmbeddingEvent{.index = 0, .values = values}, EmbeddingEvent{.index = 1, .values = values},
                UsageEvent{{.input_uncached = 3, .output = 0}}, StreamEnd{}},
               false);
    const json item{{"object", "embedding"}, {"index", 0}, {"embedding", {1, -0.5}}};
    EXPECT_EQ(answer["object"], "list");
    EXPECT_EQ(answer["data"][0], item);
    EXPECT_EQ(answer["data"][1]["index"], 1);
    EXPECT_EQ(answer["model"], "m");
    EXPECT_EQ(answer["usage"], (json{{"prompt_tokens", 3}, {"total_tokens", 3}}));
}

TEST(EmbeddingEncoder, SaysNothingOfWhatWasNotCounted) {
    const std::vector<double> values{1};
    EXPECT_EQ(encode({EmbeddingEvent{.values = values}, StreamEnd{}}, false)["usage"], nullptr);
    EXPECT_EQ(
        encode({EmbeddingEvent{.values = values}, UsageEvent{{.input_uncached = 2, .estimated = true}}, StreamEnd{}},
               false)["usage"]["estimated"],
        true);
}

TEST(EmbeddingEncoder, KeepsEveryBitBothWays) {
    Rng rng(11);
    for (int i = 0; i < 2000; ++i) {
        const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(rng.next()));
        if (!std::isfinite(value)) continue;
        const std::string packed = encode_base64(bytes_of(value));
        const json number = encode({EmbeddingEvent{.base64 = packed}, StreamEnd{}}, false)["data"][0]["embedding"][0];
        EXPECT_EQ(bytes_of(number.get<float>()), bytes_of(value)) << value;
        const std::vector<double> values{value};
        EXPECT_EQ(encode({EmbeddingEvent{.values = values}, StreamEnd{}}, true)["data"][0]["embedding"], packed)
            << value;
        EXPECT_EQ(encode({EmbeddingEvent{.base64 = packed}, StreamEnd{}}, true)["data"][0]["embedding"], packed);
    }
}

TEST(EmbeddingEncoder, WritesNoNumberThatJsonLacks) {
    const std::string packed = encode_base64(bytes_of(std::numeric_limits<float>::quiet_NaN()));
    EXPECT_EQ(encode({EmbeddingEvent{.base64 = packed}, StreamEnd{}}, false)["data"][0]["embedding"][0], nullptr);
}

TEST(EmbeddingEncoder, JoinsParts) {
    const std::vector<double> values{1};
    std::string items;
    for (const std::uint32_t first : {0U, 2U}) {
        const auto part = make_embedding_part_encoder(first, false);
        part->on_event(EmbeddingEvent{.index = 0, .values = values});
        part->on_event(EmbeddingEvent{.index = 1, .values = values});
        part->on_event(StreamEnd{});
        items += (items.empty() ? "" : ",") + part->out();
    }
    const Usage usage{.input_uncached = 4};
    const json answer = json::parse(embedding_answer(items, "m", &usage));
    ASSERT_EQ(answer["data"].size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(answer["data"][i]["index"], i);
    EXPECT_EQ(answer["usage"]["total_tokens"], 4);
}

}  // namespace
}  // namespace breakwater
