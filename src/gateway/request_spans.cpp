#include "request_spans.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "decision_events.hpp"
#include "path_words.hpp"
#include "span_writer.hpp"

namespace breakwater {

namespace {

constexpr std::size_t kAttemptsMax = 64;    ///< embeddings of many inputs take as many calls as they need
constexpr std::size_t kPassedOverMax = 32;  ///< as many as of candidates

/// The conventions' own names, where they differ from those of presets and dialects.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kProviderNames{{
    {"azure", "azure.ai.openai"},
    {"bedrock", "aws.bedrock"},
    {"google", "gcp.gemini"},
    {"vertex", "gcp.vertex_ai"},
    {"mistral", "mistral_ai"},
    {"xai", "x_ai"},
    {"moonshot", "moonshot_ai"},
    {"openai.responses", "openai"},
}};

/// The attempt whose answer the client got, or null. One that was held back and failed has content, too, but is
/// followed by another.
const AttemptRecord* serving_of(const ExchangeReport& report) noexcept {
    const auto serves = [&report](const AttemptRecord& each) {
        return each.deployment == report.served && each.first_content > Duration::zero() && each.outcome != "outrun";
    };
    const auto last = std::ranges::find_if(report.attempts | std::views::reverse, serves);
    return last == report.attempts.rend() ? nullptr : &*last;
}

/// Otherwise nothing was asked of the provider: its deployment had no place left, or no word for the request.
bool was_made(const AttemptRecord& attempt) noexcept {
    return attempt.span_id != 0;
}

/// Neither the provider's failure nor ours.
bool was_stopped(const AttemptRecord& attempt) noexcept {
    return attempt.outcome == "outrun" || attempt.outcome == "client_gone" || attempt.outcome == "server_shutting_down";
}

void write_usage(SpanAttributes& attributes, const Usage& usage) {
    attributes.count_if("gen_ai.usage.input_tokens", usage.prompt_total())
        .count_if("gen_ai.usage.output_tokens", usage.output)
        .count_if("gen_ai.usage.cache_read.input_tokens", usage.cache_read)
        .count_if("gen_ai.usage.cache_creation.input_tokens", usage.cache_write)
        .count_if("gen_ai.usage.reasoning.output_tokens", usage.reasoning);
    if (usage.estimated) attributes.flag("breakwater.usage.estimated", true);
}

class RequestSpans {
public:
    RequestSpans(std::string& out, const RequestRecord& record)
        : json_(out),
          record_(record),
          report_(record.report),
          trace_(*record.trace),
          words_(record.method.empty() ? PathWords() : path_words(record.path)),
          start_(record.at - std::chrono::duration_cast<WallTime::duration>(record.receive)),
          serving_(serving_of(record.report)) {}

    std::size_t write() {
        write_request();
        std::size_t count = 1;
        for (const AttemptRecord& attempt :
             report_.attempts | std::views::filter(was_made) | std::views::take(kAttemptsMax)) {
            write_attempt(attempt);
            ++count;
        }
        return count;
    }

private:
    void write_request();
    void write_outcome(SpanAttributes& attributes) const;
    void write_times(SpanAttributes& attributes) const;
    void write_events();
    void write_passed_over(const Deployment& deployment, std::string_view reason, Duration since_start);
    void write_attempt(const AttemptRecord& attempt);
    void write_call(SpanAttributes& attributes, const AttemptRecord& attempt) const;
    void write_answer(SpanAttributes& attributes, const AttemptRecord& attempt) const;
    static void write_course(SpanAttributes& attributes, const AttemptRecord& attempt);
    [[nodiscard]] WallTime at(Duration since_start) const {
        return start_ + std::chrono::duration_cast<WallTime::duration>(since_start);
    }
    [[nodiscard]] std::string_view error_type() const noexcept {
        if (!record_.refused.empty()) return record_.refused;
        if (report_.error) return report_.error->code_or_default();
        return report_.termination == Termination::client_gone ? to_string(report_.termination) : std::string_view();
    }
    /// Simulated models that no configuration names are the client's words, and providers' stand-ins have no model.
    [[nodiscard]] bool is_configured(const Deployment& deployment) const noexcept {
        return deployment.index < trace_.snapshot->deployments().size();
    }

    JsonWriter json_;
    const RequestRecord& record_;
    const ExchangeReport& report_;
    const RequestTrace& trace_;
    PathWords words_;
    WallTime start_;
    const AttemptRecord* serving_;
};

void RequestSpans::write_request() {
    const std::string_view method = method_word(record_.method);
    std::string name(method == "_OTHER" ? "HTTP" : method);
    if (!words_.route.empty()) name.append(" ").append(words_.route);
    begin_span(json_, {.trace = trace_.context,
                       .id = trace_.span_id,
                       .parent = trace_.context.parent_id,
                       .name = name,
                       .kind = SpanKind::server,
                       .start = start_,
                       .duration = record_.total});
    SpanAttributes attributes(json_);
    attributes.text("http.request.method", method)
        .text_if("http.route", words_.route)
        .count("http.response.status_code", report_.status)
        .text_if("error.type", error_type());
    write_outcome(attributes);
    write_times(attributes);
    if (record_.decision) write_decision_attributes(attributes, *record_.decision);
    attributes.finish();
    write_events();
    end_span(json_, report_.status >= 500 || report_.termination == Termination::error_in_stream);
}

void RequestSpans::write_outcome(SpanAttributes& attributes) const {
    attributes.text("breakwater.request_id", record_.request_id)
        .text("breakwater.ended", record_.refused.empty() ? to_string(report_.termination) : "refused")
        .text_if("breakwater.key", record_.key)
        .text_if("breakwater.route", record_.route)
        .count("breakwater.config_generation", static_cast<std::int64_t>(record_.config_generation));
    if (record_.route.empty()) return;
    attributes.flag("breakwater.stream", record_.stream)
        .count("breakwater.attempts", static_cast<std::int64_t>(report_.attempts.size()))
        .count("breakwater.client_retries", record_.client_retries)
        .number_if("breakwater.cost_usd", record_.cost_usd);
    if (report_.retry != RetryOutcome::not_withheld) attributes.text("breakwater.retry", to_string(report_.retry));
    if (report_.served != nullptr)
        attributes.text("breakwater.deployment", report_.served->name)
            .text("breakwater.provider", report_.served->provider);
}

// Spans of time in milliseconds, as in the log, and the timers that held.
void RequestSpans::write_times(SpanAttributes& attributes) const {
    attributes.span("breakwater.receive_ms", record_.receive).span("breakwater.parse_ms", record_.parse);
    if (report_.detours && report_.detours->queued > Duration::zero())
        attributes.span("breakwater.queue_ms", report_.detours->queued);
    if (record_.deadline <= Duration::zero()) return;
    attributes.span("breakwater.first_byte_ms", report_.first_byte)
        .span("breakwater.max_gap_ms", report_.max_gap)
        .span("breakwater.deadline_ms", record_.deadline)
        .span("breakwater.deadline_left_ms", record_.deadline - record_.total);
    if (record_.timeouts == nullptr) return;
    const config::AttemptTimeouts& timers = *record_.timeouts;
    attributes.count("breakwater.timer.connect_ms", timers.connect.count())
        .count("breakwater.timer.head_ms", timers.head.count())
        .count("breakwater.timer.first_token_ms", timers.first_token.count())
        .count("breakwater.timer.gap_ms", timers.gap.count())
        .count("breakwater.timer.total_ms", timers.total.count());
}

void RequestSpans::write_events() {
    json_.key("events").begin_array();
    if (record_.decision) write_decision_events(json_, *record_.decision, at(record_.receive + record_.parse));
    if (report_.detours) {
        for (const auto& passed : report_.detours->passed_over | std::views::take(kPassedOverMax))
            write_passed_over(*passed.deployment, passed.reason, trace_.began);
    }
    const auto was_not_made = [](const AttemptRecord& attempt) { return !was_made(attempt); };
    for (const AttemptRecord& attempt :
         report_.attempts | std::views::filter(was_not_made) | std::views::take(kPassedOverMax))
        write_passed_over(*attempt.deployment, attempt.outcome, trace_.began + attempt.started);
    json_.end_array();
}

void RequestSpans::write_passed_over(const Deployment& deployment, std::string_view reason, Duration since_start) {
    begin_event(json_, "breakwater.passed_over", at(since_start));
    SpanAttributes attributes(json_);
    attributes.text("breakwater.deployment", deployment.name).text("breakwater.reason", reason).finish();
    json_.end_object();
}

void RequestSpans::write_attempt(const AttemptRecord& attempt) {
    std::string name(words_.operation);
    if (is_configured(*attempt.deployment)) name.append(" ").append(attempt.deployment->model);
    begin_span(json_, {.trace = trace_.context,
                       .id = attempt.span_id,
                       .parent = trace_.span_id,
                       .name = name,
                       .kind = SpanKind::client,
                       .start = at(trace_.began + attempt.started),
                       .duration = attempt.total});
    const bool failed = attempt.outcome != "ok" && !was_stopped(attempt);
    SpanAttributes attributes(json_);
    write_call(attributes, attempt);
    if (failed) attributes.text("error.type", attempt.outcome);
    if (attempt.upstream_status != 0) attributes.count("http.response.status_code", attempt.upstream_status);
    write_answer(attributes, attempt);
    write_course(attributes, attempt);
    attributes.finish();
    end_span(json_, failed);
}

void RequestSpans::write_call(SpanAttributes& attributes, const AttemptRecord& attempt) const {
    attributes.text("gen_ai.operation.name", words_.operation);
    if (const ProviderEntry* provider = trace_.snapshot->provider_of(*attempt.deployment))
        attributes.text("gen_ai.provider.name", genai_provider_name(provider->settings));
    attributes.text_if("gen_ai.request.model", attempt.deployment->model)
        .flag("gen_ai.request.stream", record_.stream)
        .text("breakwater.deployment", attempt.deployment->name)
        .text("breakwater.provider", attempt.deployment->provider);
}

// What is known of the answer as a whole belongs to the attempt that gave it.
void RequestSpans::write_answer(SpanAttributes& attributes, const AttemptRecord& attempt) const {
    if (attempt.first_content > Duration::zero())
        attributes.number("gen_ai.response.time_to_first_chunk",
                          std::chrono::duration<double>(attempt.first_content).count());
    const bool serves = &attempt == serving_;
    if (serves) attributes.text_if("gen_ai.response.model", attempt.deployment->model);
    if (serves && report_.finish)
        attributes.texts("gen_ai.response.finish_reasons", [this](auto add) { add(to_string(*report_.finish)); });
    const auto has_usage = [](const AttemptRecord& each) { return each.usage.has_value(); };
    if (attempt.usage) {
        write_usage(attributes, *attempt.usage);
    } else if (serves && report_.usage && std::ranges::none_of(report_.attempts, has_usage)) {
        write_usage(attributes, *report_.usage);
    }
}

void RequestSpans::write_course(SpanAttributes& attributes, const AttemptRecord& attempt) {
    attributes.text("breakwater.attempt.reason", to_string(attempt.reason))
        .text("breakwater.attempt.outcome", attempt.outcome)
        .span("breakwater.attempt.connect_ms", attempt.connect)
        .span("breakwater.attempt.head_ms", attempt.head)
        .flag("breakwater.attempt.reused", attempt.reused);
    if (attempt.probe) attributes.flag("breakwater.attempt.probe", true);
    if (attempt.late_after > Duration::zero()) attributes.span("breakwater.attempt.late_after_ms", attempt.late_after);
    if (attempt.hedge != HedgeOutcome::not_late) attributes.text("breakwater.attempt.hedge", to_string(attempt.hedge));
}

}  // namespace

std::size_t append_request_spans(std::string& out, const RequestRecord& record) {
    return RequestSpans(out, record).write();
}

std::string_view genai_provider_name(const config::Provider& provider) noexcept {
    std::string_view name = provider.preset.empty() ? provider.dialect : provider.preset;
    // A server of whoever it may be, that speaks OpenAI's dialect.
    const bool own = provider.preset.empty() && !provider.base_url.empty() && name.starts_with("openai");
    if (own || name == "generic") name = provider.name;
    const auto* const known =
        std::ranges::find(kProviderNames, name, &std::pair<std::string_view, std::string_view>::first);
    return known != kProviderNames.end() ? known->second : name;
}

}  // namespace breakwater
