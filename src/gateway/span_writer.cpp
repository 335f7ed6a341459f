#include "span_writer.hpp"

#include <algorithm>

namespace breakwater {

namespace {

/// Digits of 64 bits, a sign, and the quotes of a text.
constexpr std::size_t kCountMax = 24;
constexpr int kStatusError = 2;

void write_count(JsonWriter& json, std::uint64_t value) {
    json.raw(kCountMax, [value](char* at) {
        *at++ = '"';
        at = put_digits(at, value);
        *at++ = '"';
        return at;
    });
}

void write_time(JsonWriter& json, JsonKey name, WallTime at) {
    const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
    write_count(json.key(name), static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0)));
}

WallTime after(WallTime start, Duration span) {
    return start + std::chrono::duration_cast<WallTime::duration>(std::max(span, Duration::zero()));
}

void write_id(JsonWriter& json, JsonKey name, std::uint64_t id) {
    std::string text;
    append_span_id(text, id);
    json.field(name, text);
}

}  // namespace

JsonWriter& SpanAttributes::begin(std::string_view key) {
    return json_.begin_object().field("key", key).key("value").begin_object();
}

SpanAttributes& SpanAttributes::end() {
    json_.end_object().end_object();
    return *this;
}

SpanAttributes& SpanAttributes::text(std::string_view key, std::string_view value) {
    begin(key).field("stringValue", value);
    return end();
}

SpanAttributes& SpanAttributes::count(std::string_view key, std::int64_t value) {
    write_count(begin(key).key("intValue"), static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
    return end();
}

SpanAttributes& SpanAttributes::number(std::string_view key, double value) {
    begin(key).field("doubleValue", value);
    return end();
}

SpanAttributes& SpanAttributes::flag(std::string_view key, bool value) {
    begin(key).field("boolValue", value);
    return end();
}

SpanAttributes& SpanAttributes::span(std::string_view key, Duration value) {
    return number(key, std::chrono::duration<double, std::milli>(value).count());
}

void begin_span(JsonWriter& json, const SpanHead& head) {
    std::string trace_id;
    append_trace_id(trace_id, head.trace);
    json.begin_object().field("traceId", trace_id);
    write_id(json, "spanId", head.id);
    if (head.parent != 0) write_id(json, "parentSpanId", head.parent);
    if (!head.trace.state.empty()) json.field("traceState", head.trace.state);
    json.field("flags", static_cast<int>(head.trace.flags));
    json.field("name", head.name).field("kind", static_cast<int>(head.kind));
    write_time(json, "startTimeUnixNano", head.start);
    write_time(json, "endTimeUnixNano", after(head.start, head.duration));
}

void begin_event(JsonWriter& json, std::string_view name, WallTime at) {
    json.begin_object();
    write_time(json, "timeUnixNano", at);
    json.field("name", name);
}

void end_span(JsonWriter& json, bool failed) {
    json.key("status").begin_object();
    if (failed) json.field("code", kStatusError);
    json.end_object().end_object();
}

}  // namespace breakwater
