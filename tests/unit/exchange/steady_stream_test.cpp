// A stream that runs must not go to the allocator for its events: between a provider's bytes and the client's lies only
// memory that is already there.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "allocation_count.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/ingress/google_generate.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "steady_streams.hpp"

namespace breakwater {
namespace {

using test::AllocationCount;
using test::Delta;
using test::kLogprob;
using test::provider_streams;
using test::ProviderStream;

/// What becomes of a delta on its way to a client.
enum class Fate : std::uint8_t {
    dropped = 0,        ///< the dialect has no place for it, or the client did not ask for it
    told = 1,           ///< as it comes
    kept = 2,           ///< at its end only
    told_and_kept = 3,  ///< as it comes, and once more at its end
};

bool has(Fate fate, Fate part) {
    return (std::to_underlying(fate) & std::to_underlying(part)) != 0;
}

Fate both(Fate a, Fate b) {
    return static_cast<Fate>(std::to_underlying(a) | std::to_underlying(b));
}

struct Client {
    const char* dialect;
    const char* variant;  ///< of the test's name
    Fate text;
    Fate arguments;
    Fate thoughts;
    Fate probabilities;  ///< those that come with a text
    bool asks_for_thoughts = true;
    bool wants_array = false;
};

std::string name_of(const Client& client) {
    std::string name = std::string(client.dialect) + client.variant;
    std::ranges::replace(name, '.', '_');
    return name;
}

void PrintTo(const Client& client, std::ostream* out) {
    *out << name_of(client);
}

constexpr std::array kClients{
    Client{"openai.chat", "", Fate::told, Fate::told, Fate::told_and_kept, Fate::told},
    Client{"openai.completions", "", Fate::told, Fate::dropped, Fate::dropped, Fate::told},
    Client{"openai.responses", "", Fate::told_and_kept, Fate::told_and_kept, Fate::told_and_kept, Fate::told_and_kept},
    Client{"anthropic.messages", "", Fate::told, Fate::told, Fate::told, Fate::dropped},
    Client{"anthropic.messages", "_without_thoughts", Fate::told, Fate::told, Fate::kept, Fate::dropped, false},
    Client{"google.generate", "", Fate::told, Fate::kept, Fate::told, Fate::kept},
    Client{"google.generate", "_as_array", Fate::told, Fate::kept, Fate::told, Fate::kept, true, true},
    Client{"google.generate", "_without_thoughts", Fate::told, Fate::kept, Fate::dropped, Fate::kept, false},
};

Fate fate_of(const ProviderStream& stream, const Client& client) {
    if (stream.whole) return Fate::kept;
    switch (stream.delta) {
        case Delta::text:
            return client.text;
        case Delta::arguments:
            return client.arguments;
        case Delta::thoughts:
            return client.thoughts;
        case Delta::probabilities:
            return both(client.text, client.probabilities);
    }
    return Fate::dropped;
}

ChatRequest request_of(const Client& client) {
    ChatRequest request;
    request.stream = true;
    if (!client.asks_for_thoughts) return request;
    request.reasoning.effort = ReasoningEffort::high;
    request.reasoning.shown = true;
    return request;
}

/// The bytes of an answer's events on their way from a provider to a client.
class Relay {
public:
    Relay(const ProviderStream& stream, const Client& client) : request_(request_of(client)) {
        deployment_.model = stream.model;
        deployment_.facts.api = stream.api;
        deployment_.capabilities = find_provider_module(stream.dialect)->capabilities();
        provider_ =
            find_provider_module(stream.dialect)->make(config::Provider{.name = "p", .dialect = stream.dialect});
        decoder_ = provider_->make_decoder(request_, deployment_);
        const Ingress& ingress = client.wants_array ? google_generate_array_ingress() : *find_ingress(client.dialect);
        encoder_ = ingress.make_encoder({.response_id = std::string(ingress.id_prefix()) + "1",
                                         .model = "m",
                                         .stream = true,
                                         .request = &request_});
        guard_ = std::make_unique<StreamGuard>(*encoder_, rng_);
        HttpResponseHead head;
        head.headers.add("content-type", stream.content_type);
        EXPECT_TRUE(decoder_->on_head(head));
    }
    /// One read of the provider's bytes; what it makes of them has gone to the client afterwards.
    void read(std::string_view bytes) {
        EXPECT_TRUE(decoder_->on_body(bytes, *guard_));
        std::string& out = encoder_->out();
        written_ += out.size();
        for (std::size_t at = out.find(kLogprob); at != std::string::npos; at = out.find(kLogprob, at + 1))
            ++probabilities_;
        out.clear();
    }
    [[nodiscard]] std::size_t written() const { return written_; }
    [[nodiscard]] std::size_t probabilities() const { return probabilities_; }
    [[nodiscard]] std::uint64_t deltas() const { return guard_->content_events(); }

private:
    ChatRequest request_;
    Deployment deployment_{.name = "d", .provider = "p", .model = "m"};
    Rng rng_{1};
    std::unique_ptr<Provider> provider_;
    std::unique_ptr<ResponseDecoder> decoder_;
    std::unique_ptr<ResponseEncoder> encoder_;
    std::unique_ptr<StreamGuard> guard_;
    std::size_t written_ = 0;
    std::size_t probabilities_ = 0;
};

/// Of what is read in each round.
constexpr int kEventsInARound = 5;

struct Steady {
    std::size_t allocations = 0;
    std::size_t written = 0;
    std::uint64_t deltas = 0;       ///< that the decoder made
    std::size_t probabilities = 0;  ///< that the client was told
};

/// What a steady stream takes and makes in `rounds`, once each form of its events has had its buffers.
Steady steady(const ProviderStream& stream, const Client& client, int rounds) {
    Relay relay(stream, client);
    relay.read(stream.opening + stream.event);
    // Whole events, events in pieces, several in one read: each form may make its buffers once.
    const std::string several = stream.event + stream.event + stream.event;
    const std::size_t half = stream.event.size() / 2;
    Steady before;
    AllocationCount count;
    constexpr int kFirst = 3;
    for (int round = 0; round < kFirst + rounds; ++round) {
        if (round == kFirst) {
            EXPECT_GT(count.blocks(), 0u) << "nothing was counted";
            count = {};
            before = {.written = relay.written(), .deltas = relay.deltas(), .probabilities = relay.probabilities()};
        }
        relay.read(stream.event);
        relay.read(std::string_view(stream.event).substr(0, half));
        relay.read(std::string_view(stream.event).substr(half));
        relay.read(several);
    }
    return {.allocations = count.blocks(),
            .written = relay.written() - before.written,
            .deltas = relay.deltas() - before.deltas,
            .probabilities = relay.probabilities() - before.probabilities};
}

class SteadyStream : public testing::TestWithParam<std::tuple<ProviderStream, Client>> {
protected:
    void SetUp() override {
        if (!AllocationCount::works()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
    }
};

TEST_P(SteadyStream, AllocatesNothingForAnEvent) {
    const auto& [stream, client] = GetParam();
    const Fate fate = fate_of(stream, client);
    const bool told = has(fate, Fate::told);
    const bool kept = has(fate, Fate::kept);
    const int rounds = kept ? 50 : 20;
    const Steady seen = steady(stream, client, rounds);
    const auto events = static_cast<std::size_t>(rounds * kEventsInARound);
    EXPECT_EQ(seen.deltas, stream.whole ? 0 : events);
    if (told) {
        EXPECT_GT(seen.written, events * 50);
    } else {
        EXPECT_EQ(seen.written, 0u);
    }
    const bool probable = stream.delta == Delta::probabilities && has(client.probabilities, Fate::told);
    EXPECT_EQ(seen.probabilities, probable ? events : 0);
    // Room for what is kept is doubled now and then.
    EXPECT_LE(seen.allocations, kept ? 10u : 0u);
}

INSTANTIATE_TEST_SUITE_P(Pairs, SteadyStream,
                         testing::Combine(testing::ValuesIn(provider_streams()), testing::ValuesIn(kClients)),
                         [](const auto& info) {
                             return name_of(std::get<0>(info.param)) + "_to_" + name_of(std::get<1>(info.param));
                         });

// A dialect that is added has to be among the pairs.
TEST(SteadyStreams, AreOfAllDialects) {
    const std::vector<ProviderStream> streams = provider_streams();
    for (const ProviderModule& module : all_provider_modules()) {
        EXPECT_TRUE(std::ranges::any_of(streams, [&](const ProviderStream& stream) {
            return stream.dialect == module.dialect && stream.delta == Delta::text;
        })) << module.dialect;
    }
    for (const Ingress* ingress : all_ingresses()) {
        EXPECT_TRUE(std::ranges::any_of(kClients, [&](const Client& client) {
            return client.dialect == ingress->name();
        })) << ingress->name();
    }
}

// The blocks of memory that a whole answer takes on its way, from its bytes to the client's: one bound, however long it
// is.
TEST(WholeAnswer, TakesFewBlocksHoweverLongItIs) {
    if (!AllocationCount::works()) GTEST_SKIP() << "allocations are counted in sanitizer builds only";
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
            const AllocationCount count;
            EXPECT_TRUE(decoder->on_last(body, guard));
            last = count.blocks();  // the shared reader has its room by then
            EXPECT_TRUE(guard.ended());
        }
        return last;
    };
    EXPECT_LE(blocks(2'000), 10u);
    EXPECT_LE(blocks(20'000), 10u);
}

}  // namespace
}  // namespace breakwater
