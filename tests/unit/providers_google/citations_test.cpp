#include "support.hpp"

namespace breakwater::testing_google {
namespace {

// The API counts bytes, clients UTF-16 units: the four bytes of the rocket are two of them.
TEST(GoogleCitations, NamePlacesInUtf16Units) {
    ChatRequest request = ask_limited("q");
    request.web_search_options = "{}";
    const json answer = json::parse(R"({"candidates":[{"content":{"parts":[{"text":"🚀 Oslo."}]},"finishReason":"STOP",
        "groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example","title":"a"}}],"groundingSupports":[
            {"segment":{"startIndex":5,"endIndex":10},"groundingChunkIndices":[0,7]},
            {"segment":{"startIndex":-1,"endIndex":999},"groundingChunkIndices":[0]}]}}]})");
    const Decoded decoded = decode({.body = answer.dump()}, {}, request);
    ASSERT_EQ(decoded.choice().annotations.size(), 2u);
    EXPECT_EQ(json::parse(decoded.choice().annotations[0]),
              json::parse(R"({"type":"url_citation","url_citation":{"url":"https://a.example","title":"a",
                              "start_index":3,"end_index":8}})"));
    const json whole = json::parse(decoded.choice().annotations[1])["url_citation"];
    EXPECT_EQ(whole["start_index"], 0);
    EXPECT_EQ(whole["end_index"], 8);
}

}  // namespace
}  // namespace breakwater::testing_google
