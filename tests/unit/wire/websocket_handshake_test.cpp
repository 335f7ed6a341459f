#include "breakwater/wire/websocket_handshake.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

/// RFC 6455, 1.3.
constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

HttpRequest handshake() {
    HttpRequest request{.method = "GET", .target = "/"};
    request.headers.add("Upgrade", "WebSocket");
    request.headers.add("Connection", "keep-alive, Upgrade");
    request.headers.add("Sec-WebSocket-Version", "13");
    request.headers.add("Sec-WebSocket-Key", kKey);
    return request;
}

TEST(WebSocketHandshake, IsAnsweredAsTheStandardSays) {
    EXPECT_FALSE(handshake_fault(handshake()));
    const HttpResponseHead head = handshake_answer(handshake(), "realtime");
    EXPECT_EQ(head.status, 101);
    EXPECT_EQ(head.headers.get("sec-websocket-accept"), kAccept);
    EXPECT_EQ(head.headers.get("sec-websocket-protocol"), "realtime");
    EXPECT_TRUE(accepts_handshake(handshake_answer(handshake(), {}), kKey));
}

TEST(WebSocketHandshake, IsRefusedWithoutItsParts) {
    for (const char* name : {"Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"}) {
        for (const char* value : {"", "other", "12"}) {
            HttpRequest request = handshake();
            request.headers.set(name, value);
            EXPECT_TRUE(handshake_fault(request)) << name << ": " << value;
        }
    }
    HttpRequest posted = handshake();
    posted.method = "POST";
    EXPECT_TRUE(handshake_fault(posted));
    HttpRequest twice = handshake();
    twice.headers.add("Sec-WebSocket-Key", kKey);
    EXPECT_TRUE(handshake_fault(twice));
}

TEST(WebSocketHandshake, IsNotAcceptedByAnyAnswer) {
    const HttpResponseHead good = handshake_answer(handshake(), {});
    HttpResponseHead other = good;
    other.status = 200;
    EXPECT_FALSE(accepts_handshake(other, kKey));
    EXPECT_FALSE(accepts_handshake(good, "AAAAAAAAAAAAAAAAAAAAAA=="));
    for (const char* name : {"Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"}) {
        HttpResponseHead more = good;
        more.headers.add(name, "x");  // which nobody offered
        EXPECT_FALSE(accepts_handshake(more, kKey)) << name;
    }
    for (const char* name : {"Upgrade", "Connection", "Sec-WebSocket-Accept"}) {
        HttpResponseHead less = good;
        less.headers.set(name, "x");
        EXPECT_FALSE(accepts_handshake(less, kKey)) << name;
    }
}

TEST(WebSocketHandshake, HasAnotherKeyEachTime) {
    Rng rng(1);
    HttpRequest request{.method = "GET", .target = "/"};
    const std::string first = add_handshake(request.headers, rng);
    EXPECT_FALSE(handshake_fault(request));
    HttpRequest other{.method = "GET", .target = "/"};
    EXPECT_NE(add_handshake(other.headers, rng), first);
}

TEST(WebSocketHandshake, OffersSubprotocolsInOneFieldOrSeveral) {
    Headers headers;
    headers.add("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.x");
    headers.add("Sec-WebSocket-Protocol", "other");
    EXPECT_EQ(offered_subprotocols(headers),
              (std::vector<std::string_view>{"realtime", "openai-insecure-api-key.x", "other"}));
}

}  // namespace
}  // namespace breakwater
