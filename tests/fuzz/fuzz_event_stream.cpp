// Property: frames of any content, and bytes that are no frames, come to an answer that ends exactly once, or to an
// Error; and it does not matter where the bytes are split. Checksums would keep a fuzzer out, so each line of the input
// becomes a good frame too.
#include <cstdlib>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/providers/provider.hpp"
#include "providers/shared/crc32.hpp"

namespace {

using namespace breakwater;

void append_u32(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

std::string frame(std::string_view kind, std::string_view payload) {
    std::string headers = "\x0d:message-type\x07";
    headers += std::string_view("\0\x05", 2);
    headers += "event\x0b:event-type\x07";
    headers += '\0';
    headers += static_cast<char>(kind.size());
    headers += kind;
    std::string out;
    append_u32(out, static_cast<std::uint32_t>(headers.size() + payload.size() + 16));
    append_u32(out, static_cast<std::uint32_t>(headers.size()));
    append_u32(out, crc32(0, out));
    out += headers;
    out += payload;
    append_u32(out, crc32(0, out));
    return out;
}

std::string framed(std::string_view input) {
    constexpr std::string_view kKinds[] = {"contentBlockDelta", "contentBlockStart", "contentBlockStop", "messageStop",
                                           "metadata"};
    std::string out;
    std::size_t kind = 0;
    while (!input.empty()) {
        const std::size_t end = std::min(input.find('\n'), input.size());
        // The first byte of a line chooses the event, so that a fuzzer can.
        if (end > 0) kind = static_cast<unsigned char>(input.front()) % std::size(kKinds);
        out += frame(kKinds[kind], input.substr(std::min<std::size_t>(1, end), end - std::min<std::size_t>(1, end)));
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return out;
}

/// What the answer comes to: its text, or the kind of its failure.
std::string outcome(std::string_view body, std::size_t step) {
    static const auto provider =
        find_provider_module("bedrock")->make(config::Provider{.name = "fuzzed", .dialect = "bedrock"});
    const Deployment deployment{.name = "d", .provider = "fuzzed", .model = "m"};
    const auto decoder = provider->make_decoder({}, deployment);
    HttpResponseHead head;
    head.headers.add("content-type", "application/vnd.amazon.eventstream");
    if (!decoder->on_head(head)) std::abort();
    ResponseFold fold;
    Rng rng(1);
    StreamGuard guard(fold, rng);
    for (std::size_t at = 0; at < body.size(); at += step) {
        if (const auto fed = decoder->on_body(body.substr(at, step), guard); !fed)
            return std::string(to_string(fed.error().kind));
    }
    if (const auto ended = decoder->on_end(guard); !ended) return std::string(to_string(ended.error().kind));
    if (!guard.ended() || fold.ended() == fold.fault().has_value()) std::abort();
    return fold.fault() || fold.response().choices.empty() ? "fault" : fold.response().choices[0].text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const std::string& body : {std::string(input), framed(input)}) {
        if (outcome(body, body.size() + 1) != outcome(body, 7)) std::abort();
    }
    return 0;
}
