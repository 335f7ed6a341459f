#include "breakwater/wire/trace_context.hpp"

#include <algorithm>

#include "breakwater/base/append.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kParentBytes = 55;
constexpr std::size_t kStateMembersMax = 32;
constexpr std::size_t kStateBytesMax = 512;
constexpr std::size_t kMemberPartMax = 256;  // of a member's key, and of its value

/// -1 for what is no digit; capitals are none.
int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Up to 16 digits, all of which must be some.
std::optional<std::uint64_t> parse_hex(std::string_view digits) noexcept {
    std::uint64_t value = 0;
    for (const char c : digits) {
        const int digit = hex_digit(c);
        if (digit < 0) return std::nullopt;
        value = value << 4 | static_cast<std::uint64_t>(digit);
    }
    return value;
}

char* put_hex(char* at, std::uint64_t value) noexcept {
    for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[value >> shift & 0xf];
    return at;
}

bool is_state_key(std::string_view key) noexcept {
    const auto begins = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    const auto goes_on = [begins](char c) { return begins(c) || std::string_view("_-*/@").contains(c); };
    return !key.empty() && key.size() <= kMemberPartMax && begins(key.front()) && std::ranges::all_of(key, goes_on);
}

bool is_state_value(std::string_view value) noexcept {
    const auto fits = [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; };
    return !value.empty() && value.size() <= kMemberPartMax && std::ranges::all_of(value, fits);
}

bool is_state_member(std::string_view member) noexcept {
    const std::size_t sign = member.find('=');
    return sign != std::string_view::npos && is_state_key(member.substr(0, sign)) &&
           is_state_value(member.substr(sign + 1));
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view value) noexcept {
    if (value.size() < kParentBytes || value[2] != '-' || value[35] != '-' || value[52] != '-') return std::nullopt;
    const auto version = parse_hex(value.substr(0, 2));
    const auto high = parse_hex(value.substr(3, 16));
    const auto low = parse_hex(value.substr(19, 16));
    const auto parent = parse_hex(value.substr(36, 16));
    const auto flags = parse_hex(value.substr(53, 2));
    if (!version || !high || !low || !parent || !flags) return std::nullopt;
    const bool ends = value.size() == kParentBytes || (*version != 0 && value[kParentBytes] == '-');
    if (*version == 0xff || !ends || (*high | *low) == 0 || *parent == 0) return std::nullopt;
    TraceContext context;
    context.trace_high = *high;
    context.trace_low = *low;
    context.parent_id = *parent;
    context.flags = static_cast<std::uint8_t>(*flags & (TraceContext::kSampled | TraceContext::kRandom));
    return context;
}

std::string read_tracestate(const Headers& headers) {
    std::string state;
    std::size_t members = 0;
    for (const auto& [name, value] : headers.fields()) {
        if (!iequals(name, "tracestate")) continue;
        if (value.size() > kStateBytesMax) return {};
        for (const std::string_view each : split(value, ',')) {
            const std::string_view member = trim(each);
            if (member.empty()) continue;
            if (!is_state_member(member) || ++members > kStateMembersMax) return {};
            if (!state.empty()) state += ',';
            state += member;
            if (state.size() > kStateBytesMax) return {};
        }
    }
    return state;
}

std::optional<TraceContext> read_trace_context(const Headers& headers) {
    if (headers.count("traceparent") != 1) return std::nullopt;
    auto context = parse_traceparent(headers.get("traceparent"));
    if (context) context->state = read_tracestate(headers);
    return context;
}

TraceContext begin_trace(double share, Rng& rng) {
    TraceContext context;
    context.trace_high = rng.next();
    context.trace_low = random_span_id(rng);
    // The last 56 bits are those that level 2 wants to be random.
    constexpr std::uint64_t kLast56 = (std::uint64_t{1} << 56) - 1;
    const bool sampled = static_cast<double>(context.trace_low & kLast56) < share * 0x1p56;
    context.flags = sampled ? TraceContext::kSampled : 0;
    return context;
}

std::uint64_t random_span_id(Rng& rng) noexcept {
    while (true) {
        if (const std::uint64_t id = rng.next(); id != 0) return id;
    }
}

void set_trace_context(Headers& headers, const TraceContext& context, std::uint64_t span_id) {
    std::string value = "00-";
    append_trace_id(value, context);
    value += '-';
    append_span_id(value, span_id);
    value += "-0";
    value += static_cast<char>('0' + context.flags);
    headers.set("traceparent", value);
    if (!context.state.empty()) headers.set("tracestate", context.state);
}

void append_span_id(std::string& out, std::uint64_t span_id) {
    append_written(out, 16, [span_id](char* at) { return put_hex(at, span_id); });
}

void append_trace_id(std::string& out, const TraceContext& context) {
    append_written(out, 32,
                   [&context](char* at) { return put_hex(put_hex(at, context.trace_high), context.trace_low); });
}

}  // namespace breakwater
