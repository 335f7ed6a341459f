#include "access_log.hpp"

#include <fmt/format.h>


#include "breakwater/gateway/log_sink.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "milliseconds.hpp"

namespace breakwater {

namespace {

double ms(Duration span) { return std::chrono::duration<double, std::milli>(span).count(); }

void write_ms(JsonWriter& json, std::string_view name, Duration span) {
    json.key(name).raw({});
    append_milliseconds(json.out(), span);
}

void write_attempts(JsonWriter& json, const std::vector<AttemptRecord>& attempts) {
    json.key("attempts").begin_array();
    for (const AttemptRecord& attempt : attempts) {
        json.begin_object().field("deployment", attempt.deployment->name).field("outcome", attempt.outcome);
        if (attempt.upstream_status != 0) json.field("status", attempt.upstream_status);
        write_ms(json, "ms", attempt.total);
        write_ms(json, "connect_ms", attempt.connect);
        write_ms(json, "head_ms", attempt.head);
        write_ms(json, "first_token_ms", attempt.first_content);
        json.field("reused", attempt.reused).end_object();
    }
    json.end_array();
}

void write_count(JsonWriter& json, std::string_view name, const std::optional<std::int64_t>& count) {
    json.key(name);
    if (count) {
        json.number(*count);
    } else {
        json.null();
    }
}

void write_usage(JsonWriter& json, const Usage& usage) {
    json.key("tokens").begin_object();
    write_count(json, "in", usage.prompt_total());
    write_count(json, "cached", usage.cache_read);
    write_count(json, "cache_write", usage.cache_write);
    write_count(json, "out", usage.output);
    write_count(json, "reasoning", usage.reasoning);
    json.field("estimated", usage.estimated).end_object();
}

void write_stages(JsonWriter& json, const RequestRecord& record) {
    json.key("ms").begin_object();
    write_ms(json, "total", record.total);
    write_ms(json, "receive", record.receive);
    write_ms(json, "parse", record.parse);
    write_ms(json, "first_byte", record.report.first_byte);
    write_ms(json, "max_gap", record.report.max_gap);
    json.end_object();
}

/// Client bytes on a terminal: no control characters, no escape sequences, and not too many.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 80)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out;
}

}  // namespace

std::string access_line_json(const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    std::string line;
    line.reserve(700);
    JsonWriter json(line);
    json.begin_object().field("ts", iso_stamp(record.at)).field("level", "info").field("msg", "request").field("request_id", record.request_id);
    json.field("client", record.client);
    if (!record.key.empty()) json.field("key", record.key);
    json.field("method", record.method).field("path", record.path).field("status", report.status);
    json.field("ended", record.refused.empty() ? to_string(report.termination) : std::string_view("refused"));
    if (!record.refused.empty()) json.field("reason", record.refused);
    if (!record.model.empty()) json.field("model", record.model).field("route", record.route).field("stream", record.stream);
    if (report.served != nullptr) {
        json.field("served", report.served->model).field("provider", report.served->provider).field("deployment", report.served->name);
    }
    write_attempts(json, report.attempts);
    if (!report.adapted.empty()) json.field("adapted", report.adapted.header_value());
    if (report.usage) write_usage(json, *report.usage);
    if (record.cost_usd) json.field("cost_usd", *record.cost_usd);
    if (report.finish) json.field("finish", to_string(*report.finish));
    if (report.error) json.field("error", report.error->code_or_default()).field("error_message", report.error->message);
    json.field("events", static_cast<std::int64_t>(report.events));
    json.field("bytes_in", static_cast<std::int64_t>(record.bytes_in)).field("bytes_out", static_cast<std::int64_t>(report.bytes_out));
    write_stages(json, record);
    json.field("config", static_cast<std::int64_t>(record.config_generation)).end_object();
    return line;
}

std::string access_line_text(const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    std::string line = fmt::format("{} {} {} {}", iso_stamp(record.at).substr(11, 12), report.status, record.method, printable(record.path));
    if (!record.model.empty()) line += " " + printable(record.model);
    if (report.served != nullptr) line += fmt::format(" -> {} ({})", report.served->name, printable(report.served->model));
    line += fmt::format(" {:.1f} ms", ms(record.total));
    if (record.stream && report.events > 0) line += fmt::format(", first {:.1f} ms", ms(report.first_byte));
    if (report.usage) line += fmt::format(", {}+{} tokens", report.usage->prompt_total().value_or(0), report.usage->output.value_or(0));
    if (report.attempts.size() > 1) {
        line += ", attempts:";
        for (const AttemptRecord& attempt : report.attempts) line += " " + attempt.deployment->name + "=" + attempt.outcome;
    }
    if (report.termination != Termination::complete) {
        line += fmt::format(", {}", record.refused.empty() ? to_string(report.termination) : std::string_view(record.refused));
    }
    if (report.error) line += fmt::format(": {}", report.error->code_or_default());
    return line + " [" + record.request_id + "]";
}

}  // namespace breakwater
