#include "gateway/path_words.hpp"

#include <gtest/gtest.h>

#include <array>

namespace breakwater {
namespace {

TEST(PathWords, AreTemplates) {
    struct Case {
        std::string_view path, route, operation;
    };
    constexpr std::array kCases{
        Case{"/v1/chat/completions", "/v1/chat/completions", "chat"},
        Case{"//chat/completions/", "/v1/chat/completions", "chat"},
        Case{"/v1/messages", "/v1/messages", "chat"},
        Case{"/v1/messages/count_tokens", "/v1/messages/count_tokens", ""},
        Case{"/v1/responses", "/v1/responses", "chat"},
        Case{"/v1/responses/resp_secret", "/v1/responses/{id}", ""},
        Case{"/v1/completions", "/v1/completions", "text_completion"},
        Case{"/v1beta/models/a%20secret:generateContent", "/v1beta/models/{model}:generateContent", "chat"},
        Case{"/v1beta/models/m:streamGenerateContent", "/v1beta/models/{model}:streamGenerateContent", "chat"},
        Case{"/v1beta/models/m:countTokens", "/v1beta/models/{model}:countTokens", ""},
        Case{"/v1beta/models/m:embedContent", "/v1beta/models/{model}:embedContent", "embeddings"},
        Case{"/v1beta/models/m:batchEmbedContents", "/v1beta/models/{model}:batchEmbedContents", "embeddings"},
        Case{"/v1beta/models/m", "/v1beta/models/{model}", ""},
        Case{"/v1/models/m/n", "/v1/models/{id}", ""},
        Case{"/v1/embeddings", "/v1/embeddings", "embeddings"},
        Case{"/v2/rerank", "/v1/rerank", "rerank"},
        Case{"/v1/files/file-1/content", "/v1/files/{id}/content", "files"},
        Case{"/v1/messages/batches/p:secret/results", "/v1/messages/batches/{id}/results", "batches"},
        Case{"/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent",
             "/ws/{service}/BidiGenerateContent", "realtime"},
        Case{"/providers/p/v1/any/secret", "/providers/{provider}/{path}", "passthrough"},
        Case{"/v1/realtime", "/v1/realtime", "realtime"},
        Case{"/", "/", ""},
        Case{"/.env", "", ""},
        Case{"/v1/%zz", "", ""},
        Case{"", "/", ""},
    };
    for (const Case& each : kCases) {
        const PathWords words = path_words(each.path);
        EXPECT_EQ(words.route, each.route) << each.path;
        EXPECT_EQ(words.operation, each.operation) << each.path;
    }
}

TEST(PathWords, KnowMethods) {
    EXPECT_EQ(method_word("POST"), "POST");
    EXPECT_EQ(method_word("post"), "_OTHER");
    EXPECT_EQ(method_word("BREW"), "_OTHER");
    EXPECT_EQ(method_word(""), "_OTHER");
}

}  // namespace
}  // namespace breakwater
