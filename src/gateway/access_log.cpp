#include "access_log.hpp"

#include <fmt/format.h>

#include <cstring>

#include "breakwater/gateway/log_sink.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "explain_words.hpp"
#include "milliseconds.hpp"

namespace breakwater {

namespace {

/// More than the numbers of a group and their names can need: nine of 24 bytes at most.
constexpr std::size_t kGroupMax = 400;

double milliseconds(Duration span) {
    return std::chrono::duration<double, std::milli>(span).count();
}

// Numbers are written in groups that need room once: half of what a line says is numbers.

/// Counts are never negative (Usage).
char* put_count(char* at, const std::optional<std::int64_t>& count) noexcept {
    return count ? put_digits(at, static_cast<std::uint64_t>(*count)) : put_literal(at, "null");
}

/// The last members of an attempt's object, and its end.
void write_attempt_numbers(JsonWriter& json, const AttemptRecord& attempt) {
    json.key("at_ms").raw(kGroupMax, [&](char* at) {
        at = put_milliseconds(at, attempt.started);
        at = put_milliseconds(put_literal(at, R"(,"ms":)"), attempt.total);
        at = put_milliseconds(put_literal(at, R"(,"connect_ms":)"), attempt.connect);
        at = put_milliseconds(put_literal(at, R"(,"head_ms":)"), attempt.head);
        at = put_milliseconds(put_literal(at, R"(,"first_token_ms":)"), attempt.first_content);
        return attempt.reused ? put_literal(at, R"(,"reused":true})") : put_literal(at, R"(,"reused":false})");
    });
}

void write_trace_id(JsonWriter& json, const TraceContext& context) {
    std::string id;
    append_trace_id(id, context);
    json.field("trace_id", id);
}

void write_lateness(JsonWriter& json, const AttemptRecord& attempt) {
    json.key("late_after_ms").raw(kMillisecondsMax, [&](char* at) { return put_milliseconds(at, attempt.late_after); });
    if (attempt.hedge != HedgeOutcome::not_late) json.field("hedge", to_string(attempt.hedge));
}

void write_attempts(JsonWriter& json, const std::vector<AttemptRecord>& attempts) {
    json.key("attempts").begin_array();
    for (const AttemptRecord& attempt : attempts) {
        json.begin_object().field("deployment", attempt.deployment->name).field("outcome", attempt.outcome);
        json.field("reason", to_string(attempt.reason));
        if (attempt.probe) json.field("probe", true);
        if (attempt.upstream_status != 0) json.field("status", attempt.upstream_status);
        if (attempt.late_after > Duration::zero()) write_lateness(json, attempt);
        write_attempt_numbers(json, attempt);
    }
    json.end_array();
}

void write_passed_over(JsonWriter& json, const std::vector<AttemptPlanner::PassedOver>& passed_over) {
    json.key("passed_over").begin_array();
    for (const AttemptPlanner::PassedOver& each : passed_over)
        json.begin_object().field("deployment", each.deployment->name).field("reason", each.reason).end_object();
    json.end_array();
}

void write_usage(JsonWriter& json, const Usage& usage) {
    json.key("tokens").raw(kGroupMax, [&](char* at) {
        at = put_count(put_literal(at, R"({"in":)"), usage.prompt_total());
        at = put_count(put_literal(at, R"(,"cached":)"), usage.cache_read);
        at = put_count(put_literal(at, R"(,"cache_write":)"), usage.cache_write);
        at = put_count(put_literal(at, R"(,"out":)"), usage.output);
        at = put_count(put_literal(at, R"(,"reasoning":)"), usage.reasoning);
        return usage.estimated ? put_literal(at, R"(,"estimated":true})") : put_literal(at, R"(,"estimated":false})");
    });
}

/// The last members of the line.
void write_totals(JsonWriter& json, const RequestRecord& record) {
    json.key("events").raw(kGroupMax, [&](char* at) {
        at = put_digits(at, record.report.events);
        at = put_digits(put_literal(at, R"(,"bytes_in":)"), record.bytes_in);
        at = put_digits(put_literal(at, R"(,"bytes_out":)"), record.report.bytes_out);
        at = put_milliseconds(put_literal(at, R"(,"ms":{"total":)"), record.total);
        at = put_milliseconds(put_literal(at, R"(,"receive":)"), record.receive);
        at = put_milliseconds(put_literal(at, R"(,"parse":)"), record.parse);
        if (record.report.detours && record.report.detours->queued > Duration::zero())
            at = put_milliseconds(put_literal(at, R"(,"queue":)"), record.report.detours->queued);
        at = put_milliseconds(put_literal(at, R"(,"first_byte":)"), record.report.first_byte);
        at = put_milliseconds(put_literal(at, R"(,"max_gap":)"), record.report.max_gap);
        at = put_digits(put_literal(at, R"(},"config":)"), record.config_generation);
        return at;
    });
}

}  // namespace

void append_access_json(std::string& out, const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    JsonWriter json(out);
    json.begin_object().key("ts").raw(kGroupMax, [&](char* at) {
        *at++ = '"';
        std::memcpy(at, iso_stamp(record.at).data(), kStampBytes);
        return put_literal(at + kStampBytes, R"(","level":"info","msg":"request")");
    });
    json.field("request_id", record.request_id);
    if (record.trace) write_trace_id(json, record.trace->context);
    json.field("client", record.client);
    if (!record.key.empty()) json.field("key", record.key);
    json.field("method", record.method).field("path", record.path).field("status", report.status);
    json.field("ended", record.refused.empty() ? to_string(report.termination) : "refused");
    if (!record.refused.empty()) json.field("reason", record.refused);
    if (!record.model.empty())
        json.field("model", record.model).field("route", record.route).field("stream", record.stream);
    if (record.client_retries > 0) json.field("client_retries", record.client_retries);
    if (report.served != nullptr) {
        json.field("served", report.served->model)
            .field("provider", report.served->provider)
            .field("deployment", report.served->name);
    }
    if (record.decision) {
        json.field("decision", decision_header(*record.decision));
        write_decision(json.key("decision_trace"), *record.decision);
    }
    if (report.detours && !report.detours->passed_over.empty()) write_passed_over(json, report.detours->passed_over);
    write_attempts(json, report.attempts);
    if (report.retry != RetryOutcome::not_withheld) json.field("retry", to_string(report.retry));
    if (!report.adapted.empty()) json.field("adapted", report.adapted.header_value());
    if (report.usage) write_usage(json, *report.usage);
    if (record.cost_usd) json.field("cost_usd", *record.cost_usd);
    if (report.finish) json.field("finish", to_string(*report.finish));
    if (report.error)
        json.field("error", report.error->code_or_default()).field("error_message", report.error->message);
    write_totals(json, record);
    json.end_object();
}

void append_access_text(std::string& line, const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    line += fmt::format("{} {} {} {}", iso_stamp(record.at).substr(11, 12), report.status, record.method,
                        printable(record.path));
    if (!record.model.empty()) line += " " + printable(record.model);
    if (report.served != nullptr)
        line += fmt::format(" -> {} ({})", report.served->name, printable(report.served->model));
    line += fmt::format(" {:.1f} ms", milliseconds(record.total));
    if (record.stream && report.events > 0) line += fmt::format(", first {:.1f} ms", milliseconds(report.first_byte));
    if (report.usage)
        line +=
            fmt::format(", {}+{} tokens", report.usage->prompt_total().value_or(0), report.usage->output.value_or(0));
    if (report.attempts.size() > 1) {
        line += ", attempts:";
        for (const AttemptRecord& attempt : report.attempts)
            line += " " + attempt.deployment->name + "=" + attempt.outcome;
    }
    if (report.retry != RetryOutcome::not_withheld) line += fmt::format(", retry: {}", to_string(report.retry));
    if (report.termination != Termination::complete) {
        line += fmt::format(", {}", record.refused.empty() ? to_string(report.termination) : record.refused);
    }
    if (report.error) line += fmt::format(": {}", report.error->code_or_default());
    line += " [" + record.request_id;
    if (record.trace) append_trace_id(line += " trace ", record.trace->context);
    line += "]";
}

}  // namespace breakwater
