#include "provider_answers.hpp"
#include "providers/openai_responses/module.hpp"

namespace breakwater {
namespace {

using namespace test;

Error error_of(const Answer& answer) {
    const ProviderRig rig(openai_responses_module());
    const Decoded decoded = decode(rig, answer);
    EXPECT_TRUE(decoded.error);
    EXPECT_FALSE(decoded.ended);
    return decoded.error.value_or(Error(ErrorKind::internal, "no error"));
}

std::string event(std::string_view data) {
    return "data: " + std::string(data) + "\n\n";
}

Answer stream(std::string body) {
    return {.content_type = "text/event-stream", .body = std::move(body)};
}

TEST(ResponsesErrors, TellByCodeWhoseFaultAFailureIs) {
    const auto kind = [](std::string_view code) {
        return error_of(stream(event(R"({"type":"response.failed","response":{"status":"failed","error":{"code":")" +
                                     std::string(code) + R"(","message":"M."}}})")))
            .kind;
    };
    EXPECT_EQ(kind("server_error"), ErrorKind::upstream_error);
    EXPECT_EQ(kind("rate_limit_exceeded"), ErrorKind::rate_limited);
    EXPECT_EQ(kind("invalid_prompt"), ErrorKind::invalid_request);
    EXPECT_EQ(kind("bio_policy"), ErrorKind::content_policy);
    EXPECT_EQ(kind("failed_to_download_image"), ErrorKind::invalid_request);
    EXPECT_EQ(kind("vector_store_timeout"), ErrorKind::upstream_timeout);
    EXPECT_EQ(kind("something_new"), ErrorKind::upstream_error);
}

TEST(ResponsesErrors, NameTheFieldThatHasTheImage) {
    const Error error = error_of(
        {.status = 400,
         .body = R"({"error":{"message":"No image.","code":"invalid_image_url","param":"input[0].content[1]"}})"});
    EXPECT_EQ(error.code, "invalid_image_url");
    EXPECT_EQ(error.param, "input[0].content[1]");
}

TEST(ResponsesErrors, NameTheFieldOfAPromptThatIsNotValid) {
    const Error error = error_of(stream(event(
        R"({"type":"response.failed","response":{"status":"failed","error":{"code":"invalid_prompt","message":"M.","param":"input[1]"}}})")));
    EXPECT_EQ(error.kind, ErrorKind::invalid_request);
    EXPECT_EQ(error.param, "input[1]");
}

TEST(ResponsesErrors, KeepWhatTheHeadSays) {
    Answer answer{.status = 429,
                  .body = R"({"error":{"message":"Slow down.","type":"requests","code":"rate_limit_exceeded"}})"};
    answer.headers.add("retry-after", "3");
    answer.headers.add("x-request-id", "req_1");
    const Error error = error_of(answer);
    EXPECT_EQ(error.kind, ErrorKind::rate_limited);
    EXPECT_EQ(error.retry_after, std::chrono::seconds(3));
    EXPECT_EQ(error.upstream->request_id, "req_1");
}

TEST(ResponsesErrors, AResponseThatIsNotCompleteIsNoAnswer) {
    EXPECT_EQ(error_of({.body = R"({"object":"response","status":"queued","output":[]})"}).kind,
              ErrorKind::upstream_invalid);
    EXPECT_EQ(error_of({.body = R"({"object":"response","status":"cancelled","output":[]})"}).kind,
              ErrorKind::upstream_error);
    EXPECT_EQ(error_of({.body = R"({"object":"chat.completion","choices":[]})"}).kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(error_of({.content_type = "text/html", .body = "<html>Hi</html>"}).kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(error_of({.body = R"({"object":"response","output":[)"}).kind, ErrorKind::upstream_truncated);
    EXPECT_EQ(error_of({.body = ""}).kind, ErrorKind::upstream_truncated);
}

TEST(ResponsesErrors, HostileStreamsEndAsErrors) {
    EXPECT_EQ(error_of(stream(event("[1,2]"))).kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(error_of(stream(event("{"))).kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(error_of(stream(event(R"({"type":"response.completed"})"))).kind, ErrorKind::upstream_invalid);
    // Members of the wrong types mean nothing.
    EXPECT_EQ(error_of(stream(event(R"({"type":"response.output_item.added","output_index":"x","item":7})") +
                              event(R"({"type":"response.output_text.delta","output_index":-5,"delta":["x"]})") +
                              event(R"({"type":"response.output_item.done","item":{"type":"message","content":{}}})")))
                  .kind,
              ErrorKind::upstream_truncated);
}

TEST(ResponsesErrors, OpenItemsAreBounded) {
    std::string body;
    for (int i = 0; i < 300; ++i) {
        body += event(R"({"type":"response.output_item.added","output_index":)" + std::to_string(i) +
                      R"(,"item":{"type":"message","content":[]}})");
    }
    EXPECT_EQ(error_of(stream(body)).kind, ErrorKind::upstream_invalid);
}

}  // namespace
}  // namespace breakwater
