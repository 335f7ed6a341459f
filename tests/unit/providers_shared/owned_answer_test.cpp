#include "breakwater/providers/owned_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/providers/relayed_answer.hpp"

namespace breakwater::test {
namespace {

using ::testing::ElementsAre;

struct Seen final : EventSink {
    int status = 0;
    std::vector<std::string> fields;
    std::string bytes;
    bool ended = false;
    void on_event(const StreamEvent& event) override {
        if (const auto* head = std::get_if<RelayedHead>(&event)) {
            status = head->status;
            for (const auto& [name, value] : head->fields)
                fields.push_back(std::string(name) + ": " + std::string(value));
        }
        if (const auto* piece = std::get_if<BytesEvent>(&event)) bytes += piece->bytes;
        ended = ended || std::holds_alternative<StreamEnd>(event);
    }
};

HttpResponseHead head_of(int status) {
    HttpResponseHead head{.status = status};
    head.headers.add("Content-Type", "application/json");
    return head;
}

Result<void> feed(ResponseDecoder& decoder, const HttpResponseHead& head, std::string_view body, Seen& seen) {
    if (auto done = decoder.on_head(head); !done) return done;
    for (const char& byte : body) {
        if (auto done = decoder.on_body({&byte, 1}, seen); !done) return done;
    }
    return decoder.on_end(seen);
}

TEST(OwnedAnswer, PutsTheProviderBeforeIdsAndNothingElse) {
    Seen seen;
    const auto decoder = make_owned_answer("p");
    ASSERT_TRUE(
        feed(*decoder, head_of(200),
             R"({"object":"list","data":[{"id":"a","input_file_id":"b","error_file_id":null,"metadata":{"id":"mine"},)"
             R"("n":1.5,"big":18446744073709551615}],"first_id":"a","last_id":"a","status":"id"})",
             seen));
    EXPECT_EQ(
        seen.bytes,
        R"({"object":"list","data":[{"id":"p:a","input_file_id":"p:b","error_file_id":null,"metadata":{"id":"mine"},)"
        R"("n":1.5,"big":18446744073709551615}],"first_id":"p:a","last_id":"p:a","status":"id"})");
    EXPECT_EQ(seen.status, 200);
    EXPECT_TRUE(seen.ended);
}

TEST(OwnedAnswer, ErrorsOfItsShapePassWithTheirStatus) {
    Seen seen;
    const auto decoder = make_owned_answer("p");
    ASSERT_TRUE(feed(*decoder, head_of(404), R"({"error":{"message":"none"}})", seen));
    EXPECT_EQ(seen.status, 404);
    EXPECT_EQ(seen.bytes, R"({"error":{"message":"none"}})");
}

TEST(OwnedAnswer, ErrorsSayWhenToTryAgain) {
    HttpResponseHead head = head_of(429);
    for (const auto& [name, value] : {std::pair("Retry-After", "7"),
                                      {"retry-after-ms", "7000"},
                                      {"x-should-retry", "true"},
                                      {"anthropic-ratelimit-requests-limit", "60"},
                                      {"Set-Cookie", "a=b"}})
        head.headers.add(name, value);
    for (const auto make : {make_owned_message_answer, make_owned_message_content, make_owned_answer}) {
        Seen seen;
        ASSERT_TRUE(feed(*make("p", {}), head, R"({"type":"error","error":{"message":"slow"}})", seen));
        EXPECT_EQ(seen.status, 429);
        EXPECT_THAT(seen.fields, ElementsAre("Content-Type: application/json", "Retry-After: 7", "retry-after-ms: 7000",
                                             "x-should-retry: true", "anthropic-ratelimit-requests-limit: 60"));
    }
    Seen good;
    head.status = 200;
    ASSERT_TRUE(feed(*make_owned_answer("p"), head, R"({"id":"a"})", good));
    EXPECT_THAT(good.fields, ElementsAre("Content-Type: application/json"));
}

TEST(OwnedAnswer, ErrorsDoNotSayTheCredential) {
    Seen seen;
    const auto decoder = make_owned_answer("p", Secret("sk-canary"));
    ASSERT_TRUE(feed(*decoder, head_of(403), R"({"error":{"message":"sk-canary may not"}})", seen));
    EXPECT_EQ(seen.bytes, R"({"error":{"message":"*** may not"}})");
}

TEST(OwnedAnswer, AnythingElseIsAFailure) {
    const auto kind_of = [](int status, std::string_view body) {
        Seen seen;
        const auto done = feed(*make_owned_answer("p"), head_of(status), body, seen);
        return done ? ErrorKind::internal : done.error().kind;
    };
    EXPECT_EQ(kind_of(401, R"({"error":{"message":"no"}})"), ErrorKind::upstream_auth);
    EXPECT_EQ(kind_of(500, "<html>no</html>"), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(200, R"({"id":"a)"), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of(200, "[]"), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of(404, R"({"detail":"Not Found"})"), ErrorKind::not_found);
    EXPECT_EQ(kind_of(410, "<html>gone</html>"), ErrorKind::not_found);
    // It has what was asked for, perhaps: only the call is not known.
    EXPECT_EQ(kind_of(405, R"({"detail":"Method Not Allowed"})"), ErrorKind::upstream_model_missing);
    EXPECT_EQ(kind_of(400, R"({"code":"model_not_found"})"), ErrorKind::upstream_model_missing);
}

TEST(OwnedMessageAnswer, ResultsAreTheGatewaysOwnToAsk) {
    Seen seen;
    ASSERT_TRUE(feed(*make_owned_message_answer("my p"), head_of(200),
                     R"({"data":[{"id":"b-1","results_url":"https://vendor/x/{y}"},{"results_url":null,"id":"b/2"},)"
                     R"({"id":"b/3","results_url":1},{"results_url":"x"}],"first_id":"b-1","last_id":null})",
                     seen));
    EXPECT_EQ(seen.bytes, R"({"data":[{"id":"my p:b-1","results_url":"/v1/messages/batches/my%20p:b-1/results"},)"
                          R"({"results_url":null,"id":"my p:b/2"},)"
                          R"({"id":"my p:b/3","results_url":"/v1/messages/batches/my%20p:b%2F3/results"},)"
                          R"({"results_url":null}],"first_id":"my p:b-1","last_id":null})");
    Seen other;
    ASSERT_TRUE(feed(*make_owned_answer("p"), head_of(200), R"({"id":"b","results_url":"x"})", other));
    EXPECT_EQ(other.bytes, R"({"id":"p:b","results_url":"x"})");
}

TEST(OwnedMessageAnswer, ErrorsPassInAnthropicsShapeOnly) {
    constexpr std::string_view kError = R"({"type":"error","error":{"type":"not_found_error"},"request_id":"r"})";
    for (const auto make : {make_owned_message_answer, make_owned_message_content}) {
        Seen seen;
        ASSERT_TRUE(feed(*make("p", {}), head_of(404), kError, seen));
        EXPECT_EQ(seen.status, 404);
        EXPECT_EQ(seen.bytes, kError);
        const auto other = feed(*make("p", {}), head_of(404), R"({"error":{"message":"none"}})", seen);
        ASSERT_FALSE(other.has_value());
        EXPECT_EQ(other.error().kind, ErrorKind::not_found);
        EXPECT_EQ(other.error().message, "The provider does not have what was asked for: none");
    }
}

TEST(OwnedMessageContent, PassesAsItComes) {
    Seen seen;
    ASSERT_TRUE(feed(*make_owned_message_content("p"), head_of(200), R"({"id":"a"})", seen));
    EXPECT_EQ(seen.bytes, R"({"id":"a"})");
    EXPECT_TRUE(seen.ended);
}

TEST(RelayedAnswer, PassesStatusBytesAndWhatIsTheClientsOfTheHead) {
    HttpResponseHead head = head_of(418);
    head.headers.add("Set-Cookie", "a=b");
    head.headers.add("Location", "/");
    head.headers.add("X-RateLimit-Limit-Requests", "7");
    Seen seen;
    ASSERT_TRUE(feed(*make_relayed_answer(), head, std::string_view("\0\xff{", 3), seen));
    EXPECT_EQ(seen.status, 418);
    EXPECT_THAT(seen.fields, ElementsAre("Content-Type: application/json", "X-RateLimit-Limit-Requests: 7"));
    EXPECT_EQ(seen.bytes, std::string_view("\0\xff{", 3));
    EXPECT_TRUE(seen.ended);
}

TEST(RelayedAnswer, MayBeNothingButAHead) {
    Seen seen;
    ASSERT_TRUE(feed(*make_relayed_answer(), head_of(204), "", seen));
    EXPECT_EQ(seen.status, 204);
    EXPECT_TRUE(seen.ended);
}

TEST(RelayedAnswer, ARefusedCredentialIsTheGateways) {
    Seen seen;
    const auto done = feed(*make_relayed_answer(), head_of(401), R"({"error":{"message":"no"}})", seen);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().kind, ErrorKind::upstream_auth);
    EXPECT_EQ(seen.status, 0);
}

}  // namespace
}  // namespace breakwater::test
