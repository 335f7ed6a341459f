#include "breakwater/ingress/bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace breakwater {
namespace {

/// What the client gets of an answer that comes in these pieces and then breaks off.
std::string broken_after(std::initializer_list<std::string_view> pieces) {
    const auto encoder = make_bytes_encoder(true);
    std::string got;
    for (const std::string_view piece : pieces) {
        encoder->on_event(BytesEvent{.bytes = piece, .media_type = "text/event-stream"});
        got += std::exchange(encoder->out(), {});  // as it goes out
    }
    EXPECT_TRUE(encoder->says_faults());
    encoder->on_event(StreamFault{Error(ErrorKind::upstream_truncated, "gone")});
    return got + encoder->out();
}

TEST(BytesEncoder, AFaultIsAnEventOfItsOwn) {
    EXPECT_TRUE(broken_after({"data: 1\n\n"}).starts_with("data: 1\n\ndata: {\"error\":"));
    EXPECT_TRUE(broken_after({"data: 1\r\n", "\r", "\n"}).starts_with("data: 1\r\n\r\ndata: {\"error\":"));
    EXPECT_TRUE(broken_after({"data: 1\r\r"}).starts_with("data: 1\r\rdata: {\"error\":"));
}

TEST(BytesEncoder, AFaultBehindHalfAnEventIsNotTheRestOfItsLine) {
    EXPECT_TRUE(
        broken_after({"data: 1\n\nda", "ta: {\"te"}).starts_with("data: 1\n\ndata: {\"te\n\ndata: {\"error\":"));
    EXPECT_TRUE(broken_after({"data: 1\n"}).starts_with("data: 1\n\n\ndata: {\"error\":"));
}

}  // namespace
}  // namespace breakwater
