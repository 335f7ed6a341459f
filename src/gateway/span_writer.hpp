#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "breakwater/wire/trace_context.hpp"

namespace breakwater {

/// The kinds of spans, by their number in OpenTelemetry's protocol.
enum class SpanKind : std::uint8_t { server = 2, client = 3 };

/// Writes attributes of OpenTelemetry's protocol in JSON (OTLP 1.x, https://opentelemetry.io/docs/specs/otlp/): values
/// say their type, and whole numbers are texts.
class SpanAttributes {
public:
    explicit SpanAttributes(JsonWriter& json) : json_(json) { json_.key("attributes").begin_array(); }

    SpanAttributes& text(std::string_view key, std::string_view value);
    SpanAttributes& count(std::string_view key, std::int64_t value);
    SpanAttributes& number(std::string_view key, double value);
    SpanAttributes& flag(std::string_view key, bool value);
    /// In milliseconds, with fractions.
    SpanAttributes& span(std::string_view key, Duration value);
    // Only where there is something to say.
    SpanAttributes& text_if(std::string_view key, std::string_view value) {
        return value.empty() ? *this : text(key, value);
    }
    SpanAttributes& count_if(std::string_view key, const std::optional<std::int64_t>& value) {
        return value ? count(key, *value) : *this;
    }
    SpanAttributes& number_if(std::string_view key, const std::optional<double>& value) {
        return value ? number(key, *value) : *this;
    }
    SpanAttributes& span_if(std::string_view key, const std::optional<Duration>& value) {
        return value ? span(key, *value) : *this;
    }
    /// A list of texts, as `values(add)` gives them to `add`.
    template <class Values>
    SpanAttributes& texts(std::string_view key, Values values) {
        begin(key).key("arrayValue").begin_object().key("values").begin_array();
        values([this](std::string_view value) { json_.begin_object().field("stringValue", value).end_object(); });
        json_.end_array().end_object();
        return end();
    }
    void finish() { json_.end_array(); }

private:
    JsonWriter& begin(std::string_view key);
    SpanAttributes& end();

    JsonWriter& json_;
};

/// What every span begins with.
struct SpanHead {
    const TraceContext& trace;
    std::uint64_t id = 0;
    std::uint64_t parent = 0;  ///< 0: the trace begins with it
    std::string_view name{};
    SpanKind kind = SpanKind::server;
    WallTime start{};
    Duration duration{0};
};

/// Opens the object of a span, with all of its head.
void begin_span(JsonWriter& json, const SpanHead& head);
/// Opens an event of a span, whose attributes follow.
void begin_event(JsonWriter& json, std::string_view name, WallTime at);
/// Says that what the span stands for has failed, and closes its object.
void end_span(JsonWriter& json, bool failed);

}  // namespace breakwater
