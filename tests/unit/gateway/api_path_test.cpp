#include "gateway/api_path.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(ApiPath, FindsTheEndpoints) {
    for (const char* target :
         {"/v1/chat/completions", "/chat/completions", "/v1/chat/completions/", "//v1//chat/completions",
          "/v1/chat/completions?api-version=1", "http://gateway:8080/v1/chat/completions"}) {
        const auto path = match_api_path(target);
        ASSERT_TRUE(path) << target;
        EXPECT_EQ(path->endpoint, Endpoint::chat) << target;
        EXPECT_EQ(path->ingress->name(), "openai.chat") << target;
    }
    EXPECT_EQ(match_api_path("/v1/completions")->ingress->name(), "openai.completions");
    for (const char* target : {"/v1/embeddings", "/embeddings", "/v1/embeddings/"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::embeddings) << target;
    for (const char* target : {"/v1/rerank", "/v2/rerank", "/rerank"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::rerank) << target;
    EXPECT_EQ(match_api_path("/v1/models")->endpoint, Endpoint::models);
    EXPECT_EQ(match_api_path("/models?limit=5")->endpoint, Endpoint::models);
}

TEST(ApiPath, DecodesModelIdsOnce) {
    const auto id = [](std::string_view target) { return match_api_path(target)->model; };
    EXPECT_EQ(id("/v1/models/gpt"), "gpt");
    EXPECT_EQ(id("/v1/models/openai/gpt-5"), "openai/gpt-5");
    EXPECT_EQ(id("/v1/models/openai%2Fgpt-5"), "openai/gpt-5");
    EXPECT_EQ(id("/v1/models/a%252Fb"), "a%2Fb");
    EXPECT_EQ(id("/v1/models/sim%2Fchat%3Atokens=5"), "sim/chat:tokens=5");
}

TEST(ApiPath, RefusesWhatTwoReadersCouldReadDifferently) {
    for (const char* target :
         {"/v1/../admin", "/v1/./models", "/v1/%2e%2e/models", "/v1/models/..", "/v1/models/%2e%2e/x", "/v1/models/a;b",
          "/v1/models/a%3bb", "/v1/models/%00", "/v1/models/%", "/v1/models/%2", "/v1/models/%zz", "/v1/models/%ff",
          "http://h/v1/../x"}) {
        const auto path = match_api_path(target);
        ASSERT_FALSE(path) << target;
        EXPECT_EQ(path.error().kind, ErrorKind::invalid_request) << target;
    }
}

TEST(ApiPath, DoesNotFindWhatIsNotThere) {
    for (const char* target :
         {"/", "/v1", "/v2/models", "/v1/chat", "/v1/chat/completions/x", "/v2/embeddings", "/v1/rerank/x",
          "/v1%2Fmodels", "/v1/chat%2Fcompletions", "/v1/Models", "*", "/v1/v1/models", "/metrics"}) {
        const auto path = match_api_path(target);
        ASSERT_FALSE(path) << target;
        EXPECT_EQ(path.error().kind, ErrorKind::not_found) << target;
    }
}

}  // namespace
}  // namespace breakwater
