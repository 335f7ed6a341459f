#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "breakwater/ingress/embeddings.hpp"

namespace breakwater {
namespace {

using nlohmann::json;

Result<EmbeddingRequest> decode(const EmbeddingDialect& dialect, const json& body) {
    JsonReader reader;
    std::string text = body.dump();
    Result<EmbeddingRequest> request(std::in_place);
    request->model = "m";
    if (auto done = dialect.decode(text, reader, *request); !done) return std::unexpected(std::move(done.error()));
    return request;
}

json content(const char* text) {
    return {{"parts", {{{"text", text}}}}};
}

TEST(GoogleEmbedding, IsReadInBothSpellings) {
    const auto camel = decode(google_embedding(), {{"model", "models/other"},
                                                   {"content", content("hi")},
                                                   {"taskType", "RETRIEVAL_QUERY"},
                                                   {"outputDimensionality", 64},
                                                   {"title", "T"}});
    ASSERT_TRUE(camel);
    EXPECT_EQ(camel->model, "m");
    ASSERT_EQ(camel->inputs.size(), 1u);
    EXPECT_EQ(camel->inputs[0].text, "hi");
    EXPECT_EQ(camel->input_type, "search_query");
    EXPECT_EQ(camel->dimensions, 64);
    EXPECT_EQ(camel->extensions, (std::vector<std::pair<std::string, JsonText>>{{"title", R"("T")"}}));
    const auto snake = decode(google_embedding(), {{"content", {{"parts", {{{"text", "a"}}, {{"text", "b"}}}}}},
                                                   {"task_type", "SEMANTIC_SIMILARITY"},
                                                   {"output_dimensionality", 64}});
    ASSERT_TRUE(snake);
    EXPECT_EQ(snake->inputs[0].text, "a\nb");
    EXPECT_EQ(snake->input_type, "semantic_similarity");
    EXPECT_EQ(snake->dimensions, 64);
}

TEST(GoogleEmbedding, SaysWhatIsWrong) {
    EXPECT_EQ(decode(google_embedding(), json::object()).error().param, "content");
    const auto media =
        decode(google_embedding(),
               {{"content", {{"parts", {{{"inlineData", {{"mimeType", "image/png"}, {"data", "AAAA"}}}}}}}}});
    EXPECT_EQ(media.error().param, "content");
    EXPECT_EQ(decode(google_embedding(), {{"content", content("x")}, {"outputDimensionality", 0}}).error().param,
              "outputDimensionality");
    EXPECT_EQ(decode(google_embedding_batch(), json::object()).error().param, "requests");
    EXPECT_EQ(decode(google_embedding_batch(), {{"requests", json::array()}}).error().param, "requests");
    EXPECT_EQ(
        decode(google_embedding_batch(), {{"requests", {{{"content", content("a")}}, {{"model", "x"}}}}}).error().param,
        "requests[1].content");
}

TEST(GoogleEmbedding, BatchesHaveOneKindOfVectors) {
    const json first{{"content", content("a")}, {"taskType", "RETRIEVAL_DOCUMENT"}};
    json second = first;
    second["content"] = content("b");
    const auto both = decode(google_embedding_batch(), {{"requests", {first, second}}});
    ASSERT_TRUE(both);
    EXPECT_EQ(both->inputs.size(), 2u);
    EXPECT_EQ(both->input_type, "search_document");
    second["taskType"] = "CLUSTERING";
    EXPECT_EQ(decode(google_embedding_batch(), {{"requests", {first, second}}}).error().param, "requests[1]");
}

std::string encode(ResponseEncoder& encoder, bool two) {
    const std::vector<double> one{0.5, -1};
    encoder.on_event(EmbeddingEvent{.index = 0, .values = one});
    if (two) encoder.on_event(EmbeddingEvent{.index = 1, .base64 = "AAAAPwAAgL8="});
    encoder.on_event(UsageEvent{{.input_uncached = 3, .output = 0}});
    encoder.on_event(StreamEnd{});
    return encoder.out();
}

TEST(GoogleEmbedding, AnswersInItsThreeForms) {
    const json usage{{"promptTokenCount", 3}, {"totalTokenCount", 3}};
    const json vector{{"values", {0.5, -1}}};
    EXPECT_EQ(json::parse(encode(*google_embedding().make_encoder({}, false), false)),
              (json{{"embedding", vector}, {"usageMetadata", usage}}));
    EXPECT_EQ(json::parse(encode(*google_embedding_batch().make_encoder({}, false), true)),
              (json{{"embeddings", {vector, vector}}, {"usageMetadata", usage}}));
    const std::string items = encode(*google_embedding_batch().make_part_encoder(5, false), true);
    const Usage counted{.input_uncached = 3, .output = 0};
    EXPECT_EQ(json::parse(google_embedding_batch().answer(items, "m", &counted)),
              (json{{"embeddings", {vector, vector}}, {"usageMetadata", usage}}));
    EXPECT_FALSE(json::parse(google_embedding_batch().answer(items, "m", nullptr)).contains("usageMetadata"));
}

}  // namespace
}  // namespace breakwater
