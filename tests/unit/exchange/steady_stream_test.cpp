// A stream that runs must not go to the allocator for its events: between a provider's bytes and the client's lies only
// memory that is already there.
#include <gtest/gtest.h>

#include <memory>
#include <string>

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

/// The bytes of an answer's events on their way from a provider of `dialect` to an OpenAI client.
class Relay {
public:
    explicit Relay(const char* dialect) {
        deployment_.capabilities = find_provider_module(dialect)->capabilities();
        provider_ = find_provider_module(dialect)->make(config::Provider{.name = "p", .dialect = dialect});
        decoder_ = provider_->make_decoder(ChatRequest{}, deployment_);
        encoder_ =
            find_ingress("openai.chat")->make_encoder({.response_id = "chatcmpl-1", .model = "m", .stream = true});
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

void expect_no_allocations(const StreamOf& stream) {
    if (!count_allocations()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
    Relay relay(stream.dialect);
    relay.read(stream.opening + stream.event);
    // Whole events, events in pieces, several in one read: each form may make its buffers once.
    const std::string several = stream.event + stream.event + stream.event;
    const std::size_t half = stream.event.size() / 2;
    std::size_t written = 0;
    std::size_t before = 0;
    for (int round = 0; round < 20; ++round) {
        if (round == 3) before = allocations;
        written += relay.read(stream.event);
        written += relay.read(std::string_view(stream.event).substr(0, half));
        written += relay.read(std::string_view(stream.event).substr(half));
        written += relay.read(several);
    }
    EXPECT_EQ(allocations - before, 0u) << stream.dialect;
    EXPECT_GT(before, 0u) << "nothing was counted";
    EXPECT_GT(written, 100 * stream.event.size() / 2);
}

TEST(SteadyStream, OfTheSameDialectAllocatesNothing) {
    expect_no_allocations(kOpenai);
}

TEST(SteadyStream, OfAnotherDialectAllocatesNothing) {
    expect_no_allocations(kAnthropic);
}

}  // namespace
}  // namespace breakwater
