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
    EXPECT_EQ(match_api_path("/v1/route?bodies=all")->endpoint, Endpoint::route_plan);
    for (const char* target : {"/v1/messages", "/v1/messages?beta=true", "/messages", "//v1/messages/"}) {
        const auto path = match_api_path(target);
        ASSERT_TRUE(path) << target;
        EXPECT_EQ(path->endpoint, Endpoint::chat) << target;
        EXPECT_EQ(path->ingress->name(), "anthropic.messages") << target;
    }
    EXPECT_EQ(match_api_path("/v1/messages/count_tokens?beta=true")->endpoint, Endpoint::count_tokens);
    EXPECT_EQ(match_api_path("/v1/completions")->ingress->name(), "openai.completions");
    for (const char* target : {"/v1/embeddings", "/embeddings", "/v1/embeddings/"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::embeddings) << target;
    for (const char* target : {"/v1beta/models/m:embedContent", "/v1/models/m%3AembedContent"}) {
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::embeddings) << target;
        EXPECT_EQ(match_api_path(target)->embeddings, &google_embedding()) << target;
        EXPECT_EQ(match_api_path(target)->model, "m") << target;
    }
    EXPECT_EQ(match_api_path("/v1beta/models/a/b:batchEmbedContents")->embeddings, &google_embedding_batch());
    EXPECT_EQ(match_api_path("/v1beta/models/a/b:batchEmbedContents")->model, "a/b");
    EXPECT_EQ(match_api_path("/v1/embeddings")->embeddings, nullptr);
    for (const char* target : {"/v1/rerank", "/v2/rerank", "/rerank"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::rerank) << target;
    const auto session = match_api_path("/v1/realtime?model=a%2Fb");
    ASSERT_TRUE(session);
    EXPECT_EQ(session->endpoint, Endpoint::realtime);
    EXPECT_EQ(session->model, "a/b");
    for (const char* target : {"/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=k",
                               "//ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent",
                               "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"}) {
        const auto live = match_api_path(target);
        ASSERT_TRUE(live) << target;
        EXPECT_EQ(live->endpoint, Endpoint::live) << target;
        EXPECT_EQ(live->ingress->name(), "google.generate") << target;
    }
    for (const char* target : {"/ws/google.ai.generativelanguage.v9.GenerativeService.BidiGenerateContent",
                               "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateMusic"}) {
        EXPECT_FALSE(match_api_path(target)) << target;
        EXPECT_EQ(dialect_of(target).name(), "google.generate") << target;
    }
    for (const char* target : {"/v1/moderations", "/moderations"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::moderations) << target;
    for (const char* target : {"/v1/images/generations", "/images/generations/"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::images) << target;
    EXPECT_EQ(match_api_path("/v1/images/edits")->endpoint, Endpoint::image_edits);
    EXPECT_FALSE(match_api_path("/v1/images/variations"));
    EXPECT_EQ(match_api_path("/v1/audio/speech")->endpoint, Endpoint::speech);
    EXPECT_EQ(match_api_path("/v1/models")->endpoint, Endpoint::models);
    EXPECT_EQ(match_api_path("/models?limit=5")->endpoint, Endpoint::models);
}

TEST(ApiPath, FindsAudioFilesAndProviders) {
    EXPECT_EQ(match_api_path("/v1/audio/transcriptions")->endpoint, Endpoint::transcriptions);
    EXPECT_EQ(match_api_path("/audio/translations")->endpoint, Endpoint::translations);
    EXPECT_FALSE(match_api_path("/v1/audio/other"));
    EXPECT_EQ(match_api_path("/v1/files?limit=1")->endpoint, Endpoint::files);
    EXPECT_EQ(match_api_path("/v1/files/p%3Afile-1")->model, "p:file-1");
    EXPECT_EQ(match_api_path("/v1/files/p:file-1/content")->endpoint, Endpoint::file_content);
    EXPECT_EQ(match_api_path("/v1/batches/p:b/cancel")->endpoint, Endpoint::batch_cancel);
    EXPECT_FALSE(match_api_path("/v1/files/p:file-1/cancel"));
    EXPECT_EQ(match_api_path("/providers/p/v1/any/thing?x")->endpoint, Endpoint::passthrough);
    EXPECT_EQ(match_api_path("/providers/p/v1/any/thing?x")->model, "p");
    EXPECT_FALSE(match_api_path("/providers/p"));
    EXPECT_FALSE(match_api_path("/providers/p/../x"));
}

TEST(ApiPath, FindsMessageBatches) {
    for (const char* target : {"/v1/messages/batches", "/messages/batches/?limit=1"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::message_batches) << target;
    const auto batch = match_api_path("/v1/messages/batches/p%3Ab");
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->endpoint, Endpoint::message_batch);
    EXPECT_EQ(batch->model, "p:b");
    EXPECT_EQ(batch->ingress->name(), "anthropic.messages");
    EXPECT_EQ(match_api_path("/v1/messages/batches/p:b/results")->endpoint, Endpoint::message_batch_results);
    EXPECT_EQ(match_api_path("/v1/messages/batches/p:b/cancel")->endpoint, Endpoint::message_batch_cancel);
    EXPECT_FALSE(match_api_path("/v1/messages/batches/p:b/other"));
    EXPECT_FALSE(match_api_path("/v1/messages/other"));
    EXPECT_TRUE(takes_method(Endpoint::message_batch, "DELETE"));
    EXPECT_FALSE(takes_method(Endpoint::message_batch_results, "DELETE"));
    for (const Endpoint shared : {Endpoint::models, Endpoint::files, Endpoint::file_content})
        EXPECT_TRUE(is_shared(shared));
    for (const Endpoint own : {Endpoint::batches, Endpoint::message_batches, Endpoint::chat})
        EXPECT_FALSE(is_shared(own));
}

TEST(ApiPath, TakesTheMethodsThatItLists) {
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
        EXPECT_TRUE(takes_method(Endpoint::passthrough, method)) << method;
    EXPECT_FALSE(takes_method(Endpoint::passthrough, "HEAD"));
    EXPECT_FALSE(takes_method(Endpoint::passthrough, "GET, POST"));
    EXPECT_TRUE(takes_method(Endpoint::files, "HEAD"));
    EXPECT_FALSE(takes_method(Endpoint::files, "DELETE"));
    EXPECT_FALSE(takes_method(Endpoint::chat, "PUT"));
}

TEST(ApiPath, ErrorsAreInTheDialectOfThePath) {
    for (const char* target :
         {"/v1/messages", "/messages", "/v1/messages/batches", "//v1//messages?x", "/v1/messages/../x"})
        EXPECT_EQ(dialect_of(target).name(), "anthropic.messages") << target;
    for (const char* target : {"/v1/chat/completions", "/v1/messagesx", "/x/messages", "", "/", "*"})
        EXPECT_EQ(dialect_of(target).name(), "openai.chat") << target;
}

TEST(ApiPath, ParametersOfTheQueryAreDecoded) {
    EXPECT_EQ(query_parameter("/v1/models?limit=5&after_id=a%2Fb", "after_id"), "a/b");
    EXPECT_EQ(query_parameter("/v1/models?limit=5", "limit"), "5");
    EXPECT_EQ(query_parameter("/v1/models?limit=5", "before_id"), "");
    EXPECT_EQ(query_parameter("/v1/models?before_id=%zz", "before_id"), "");
    EXPECT_EQ(query_parameter("/v1/models", "limit"), "");
}

TEST(ApiPath, AllParametersOfTheQueryAreReadInTheirOrder) {
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(query_parameters("/v1/files?ids%5B%5D=a%2Fb&limit&ids[]=&x=%zz&y==1"),
              (Parameters{{"ids[]", "a/b"}, {"ids[]", ""}, {"y", "=1"}}));
    EXPECT_EQ(query_parameters("/v1/files"), Parameters{});
}

TEST(ApiPath, FindsTheResponsesApi) {
    for (const char* target : {"/v1/responses", "/responses", "/v1/responses/", "/v1/responses?x=1"}) {
        const auto path = match_api_path(target);
        ASSERT_TRUE(path) << target;
        EXPECT_EQ(path->endpoint, Endpoint::chat) << target;
        EXPECT_EQ(path->ingress->name(), "openai.responses") << target;
    }
    EXPECT_EQ(match_api_path("/v1/responses/resp_1")->endpoint, Endpoint::response);
    EXPECT_EQ(match_api_path("/v1/responses/resp_1?stream=true")->model, "resp_1");
    EXPECT_EQ(match_api_path("/v1/responses/resp_1/input_items")->endpoint, Endpoint::response_items);
    EXPECT_EQ(match_api_path("/v1/responses/resp_1/cancel")->endpoint, Endpoint::response_cancel);
    EXPECT_FALSE(match_api_path("/v1/responses/resp_1/other"));
}

TEST(ApiPath, TakesTheMethodsOfAnEndpoint) {
    EXPECT_TRUE(takes_method(Endpoint::chat, "POST"));
    EXPECT_FALSE(takes_method(Endpoint::chat, "HEAD"));
    EXPECT_TRUE(takes_method(Endpoint::models, "HEAD"));
    EXPECT_TRUE(takes_method(Endpoint::response, "DELETE"));
    EXPECT_TRUE(takes_method(Endpoint::response, "HEAD"));
    EXPECT_FALSE(takes_method(Endpoint::response, "POST"));
    EXPECT_FALSE(takes_method(Endpoint::response_items, "DELETE"));
}

TEST(ApiPath, DecodesModelIdsOnce) {
    const auto id = [](std::string_view target) { return match_api_path(target)->model; };
    EXPECT_EQ(id("/v1/models/gpt"), "gpt");
    EXPECT_EQ(id("/v1/models/openai/gpt-5"), "openai/gpt-5");
    EXPECT_EQ(id("/v1/models/openai%2Fgpt-5"), "openai/gpt-5");
    EXPECT_EQ(id("/v1/models/a%252Fb"), "a%2Fb");
    EXPECT_EQ(id("/v1/models/sim%2Fchat%3Atokens=5"), "sim/chat:tokens=5");
}

TEST(ApiPath, FindsGooglesActions) {
    const auto names = [](std::string_view target) {
        const auto path = match_api_path(target);
        EXPECT_TRUE(path) << target;
        if (!path) return std::string();
        EXPECT_EQ(path->endpoint, Endpoint::chat) << target;
        EXPECT_EQ(path->ingress->name(), "google.generate") << target;
        return path->model + (path->stream ? " streamed" : "");
    };
    EXPECT_EQ(names("/v1beta/models/gemini:generateContent"), "gemini");
    EXPECT_EQ(names("/v1/models/gemini:generateContent?key=k"), "gemini");
    EXPECT_EQ(names("/v1beta/models/gemini%3AgenerateContent"), "gemini");
    EXPECT_EQ(names("/v1beta/models/org/llama:8b:generateContent"), "org/llama:8b");
    EXPECT_EQ(names("/v1beta/models/org%2Fllama%3A8b:streamGenerateContent?alt=sse"), "org/llama:8b streamed");
    EXPECT_EQ(names("/v1beta/tunedModels/x:generateContent"), "tunedModels/x");
    EXPECT_EQ(names("/v1beta1/projects/p/locations/l/publishers/google/models/gemini:generateContent"), "gemini");
    EXPECT_EQ(match_api_path("/v1beta/models/gemini:countTokens")->endpoint, Endpoint::count_tokens);
    EXPECT_EQ(match_api_path("/v1beta/models?pageSize=9")->endpoint, Endpoint::models);
    EXPECT_EQ(match_api_path("/v1beta/models")->ingress->name(), "google.generate");
    EXPECT_EQ(match_api_path("/v1beta/models/org/llama:8b")->model, "org/llama:8b");
    EXPECT_EQ(match_api_path("/v1/models/llama:8b")->ingress->name(), "openai.chat");
    for (const char* target : {"/v1beta/models/gemini:nothing", "/v1beta/models/:generateContent",
                               "/v1beta/gemini:generateContent", "/models/gemini:generateContent/x"}) {
        const auto path = match_api_path(target);
        EXPECT_FALSE(path && path->endpoint == Endpoint::chat) << target;
    }
}

TEST(ApiPath, TellsTheFormsOfAStreamApart) {
    const auto dialect = [](std::string_view target) { return match_api_path(target)->ingress; };
    const Ingress* events = dialect("/v1beta/models/m:streamGenerateContent?key=k&alt=sse");
    EXPECT_EQ(events, dialect("/v1beta/models/m:generateContent"));
    EXPECT_NE(events, dialect("/v1beta/models/m:streamGenerateContent"));
    EXPECT_NE(events, dialect("/v1beta/models/m:streamGenerateContent?alt=json"));
}

TEST(ApiPath, SpeaksTheDialectOfThePathOfWhatIsNotThere) {
    EXPECT_EQ(dialect_of("/v1beta/models/m:nothing?key=k").name(), "google.generate");
    EXPECT_EQ(dialect_of("/v1beta/models/m:generateContent").name(), "google.generate");
    EXPECT_EQ(dialect_of("/v1/nothing").name(), "openai.chat");
}

TEST(ApiPath, ReadsTheQuery) {
    EXPECT_EQ(query_parameter("/x?a=1&key=k%2Fk&key=2", "key"), "k/k");
    EXPECT_EQ(query_parameter("/x?monkey=1", "key"), "");
    EXPECT_EQ(query_parameter("/x?key=%zz", "key"), "");
    EXPECT_EQ(query_parameter("/x", "key"), "");
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

TEST(ApiPath, TellsWhatThereIsToWhoeverAsks) {
    for (const char* target : {"/", "//", "/?x=1"})
        EXPECT_EQ(match_api_path(target)->endpoint, Endpoint::probe) << target;
    EXPECT_EQ(match_api_path("/openapi.json")->endpoint, Endpoint::openapi);
    EXPECT_TRUE(is_public(Endpoint::probe) && is_public(Endpoint::openapi));
    EXPECT_FALSE(is_public(Endpoint::models) || is_public(Endpoint::chat));
}

TEST(ApiPath, DoesNotFindWhatIsNotThere) {
    for (const char* target :
         {"/v1", "/v2/models", "/openapi", "/v1/chat", "/v1/chat/completions/x", "/v2/embeddings", "/v1/rerank/x",
          "/v1%2Fmodels", "/v1/chat%2Fcompletions", "/v1/Models", "*", "/v1/v1/models", "/metrics"}) {
        const auto path = match_api_path(target);
        ASSERT_FALSE(path) << target;
        EXPECT_EQ(path.error().kind, ErrorKind::not_found) << target;
    }
}

}  // namespace
}  // namespace breakwater
