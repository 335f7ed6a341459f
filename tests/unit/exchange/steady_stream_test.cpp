// A stream that runs must not go to the allocator for its events: between a provider's bytes and the client's lies only
// memory that is already there.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BREAKWATER_COUNTS_ALLOCATIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BREAKWATER_COUNTS_ALLOCATIONS 1
#endif
#endif

#ifdef BREAKWATER_COUNTS_ALLOCATIONS
#include <sanitizer/allocator_interface.h>
#endif

namespace breakwater {
namespace {

thread_local std::size_t allocations = 0;

/// The sanitizers' allocator tells of every block. False in a build without one, where nothing can be counted.
bool count_allocations() {
#ifdef BREAKWATER_COUNTS_ALLOCATIONS
    static const int installed = __sanitizer_install_malloc_and_free_hooks(
        [](const volatile void*, std::size_t) { ++allocations; }, [](const volatile void*) {});
    return installed != 0;
#else
    return false;
#endif
}

struct StreamOf {
    const char* dialect;
    std::string opening;
    std::string event;
};

/// The bytes of an answer's events on their way from a provider of `dialect` to a client.
class Relay {
public:
    Relay(const char* dialect, std::string_view client) {
        deployment_.capabilities = find_provider_module(dialect)->capabilities();
        provider_ = find_provider_module(dialect)->make(config::Provider{.name = "p", .dialect = dialect});
        decoder_ = provider_->make_decoder(ChatRequest{}, deployment_);
        encoder_ = find_ingress(client)->make_encoder(
            {.response_id = "chatcmpl-1", .model = "m", .stream = true, .request = &request_});
        guard_ = std::make_unique<StreamGuard>(*encoder_, rng_);
        HttpResponseHead head;
        head.headers.add("content-type", "text/event-stream");
        EXPECT_TRUE(decoder_->on_head(head));
    }
    /// One read of the provider's bytes; what it makes of them has gone to the client afterwards.
    std::size_t read(std::string_view bytes) {
        EXPECT_TRUE(decoder_->on_body(bytes, *guard_));
        const std::size_t written = encoder_->out().size();
        encoder_->out().clear();
        return written;
    }

private:
    ChatRequest request_{};
    Deployment deployment_{.name = "d", .provider = "p", .model = "m"};
    Rng rng_{1};
    std::unique_ptr<Provider> provider_;
    std::unique_ptr<ResponseDecoder> decoder_;
    std::unique_ptr<ResponseEncoder> encoder_;
    std::unique_ptr<StreamGuard> guard_;
};

const StreamOf kOpenai{
    "openai", "",
    R"(data: {"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" and a word that is longer than a small string"},"finish_reason":null}]})"
    "\n\n"};
const StreamOf kAnthropic{
    "anthropic",
    "event: message_start\n"
    R"(data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}})"
    "\n\nevent: content_block_start\n"
    R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
    "\n\n",
    "event: content_block_delta\n"
    R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" and a word that is longer than a small string"}})"
    "\n\n"};

const StreamOf kCalls{
    "openai",
    R"(data: {"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"look_up","arguments":""}}]},"finish_reason":null}]})"
    "\n\n",
    R"(data: {"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":" and a piece of them that is longer than a small string "}}]},"finish_reason":null}]})"
    "\n\n"};
const StreamOf kThoughts{
    "openai", "",
    R"(data: {"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"reasoning_content":" and a thought that is longer than a small string"},"finish_reason":null}]})"
    "\n\n"};

/// Of what is read in each round.
constexpr int kEventsInARound = 5;

/// What a steady stream allocates in `rounds`, once each form of its events has had its buffers.
std::size_t allocations_of(const StreamOf& stream, std::string_view client, int rounds) {
    Relay relay(stream.dialect, client);
    relay.read(stream.opening + stream.event);
    // Whole events, events in pieces, several in one read: each form may make its buffers once.
    const std::string several = stream.event + stream.event + stream.event;
    const std::size_t half = stream.event.size() / 2;
    std::size_t written = 0;
    std::size_t before = 0;
    constexpr int kFirst = 3;
    for (int round = 0; round < kFirst + rounds; ++round) {
        if (round == kFirst) before = allocations;
        written += relay.read(stream.event);
        written += relay.read(std::string_view(stream.event).substr(0, half));
        written += relay.read(std::string_view(stream.event).substr(half));
        written += relay.read(several);
    }
    EXPECT_GT(before, 0u) << "nothing was counted";
    EXPECT_GT(written, static_cast<std::size_t>(rounds * kEventsInARound) * 50);
    return allocations - before;
}

constexpr std::array<std::string_view, 2> kClients{"openai.chat", "anthropic.messages"};

class SteadyStream : public testing::TestWithParam<std::string_view> {
protected:
    void SetUp() override {
        if (!count_allocations()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
    }
};

TEST_P(SteadyStream, TextAllocatesNothing) {
    EXPECT_EQ(allocations_of(kOpenai, GetParam(), 20), 0u);
    EXPECT_EQ(allocations_of(kAnthropic, GetParam(), 20), 0u);
}

TEST_P(SteadyStream, CallsAllocateNothing) {
    EXPECT_EQ(allocations_of(kCalls, GetParam(), 20), 0u);
}

INSTANTIATE_TEST_SUITE_P(Clients, SteadyStream, testing::ValuesIn(kClients), [](const auto& info) {
    std::string name(info.param);
    std::ranges::replace(name, '.', '_');
    return name;
});

// What is thought has to be said once more at its end, and is kept until then: room is doubled now and then.
TEST(SteadyThoughts, AllocateNextToNothing) {
    if (!count_allocations()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
    EXPECT_LE(allocations_of(kThoughts, "openai.chat", 200), 10u);
}

// The blocks of memory that a whole answer takes on its way, from its bytes to the client's: one bound, however long it
// is.
TEST(WholeAnswer, TakesFewBlocksHoweverLongItIs) {
    if (!count_allocations()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
    const auto blocks = [](std::size_t text_bytes) {
        const std::string body =
            R"({"id":"chatcmpl-x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":")" +
            std::string(text_bytes, 'x') +
            R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})";
        const auto provider = find_provider_module("openai")->make(config::Provider{.name = "p", .dialect = "openai"});
        const Deployment deployment{.name = "d", .provider = "p", .model = "m"};
        std::size_t last = 0;
        for (int round = 0; round < 3; ++round) {
            const auto decoder = provider->make_decoder(ChatRequest{}, deployment);
            const auto encoder = find_ingress("openai.chat")->make_encoder({.response_id = "chatcmpl-1", .model = "m"});
            Rng rng(1);
            StreamGuard guard(*encoder, rng);
            HttpResponseHead head;
            head.headers.add("content-type", "application/json");
            EXPECT_TRUE(decoder->on_head(head));
            const std::size_t before = allocations;
            EXPECT_TRUE(decoder->on_last(body, guard));
            last = allocations - before;  // the shared reader has its room by then
            EXPECT_TRUE(guard.ended());
        }
        return last;
    };
    EXPECT_LE(blocks(2'000), 10u);
    EXPECT_LE(blocks(20'000), 10u);
}

}  // namespace
}  // namespace breakwater
