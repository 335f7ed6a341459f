#include "answer_estimate.hpp"
#include "attempt.hpp"

#include <utility>

// What is written down about an attempt, and told to its deployment's health.

namespace breakwater {

void Attempt::note_stop() {
    if (health_ == nullptr) return;
    const TimePoint now = context_.runtime.now();
    health_->on_abandoned(tried_.ticket, now);
    if (!client_.gone().requested()) health_->on_outrun(now - asked_, now);
}

// What was written down before stands when `outcome` is empty.
void Attempt::end_record(std::string_view outcome) {
    if (!outcome.empty()) record_.outcome = outcome;
    if (call_) {
        record_.connect = call_->timing().connect;
        record_.reused = call_->timing().reused;
        record_.unknown = guard_->unknown();
    }
    record_.total = context_.runtime.now() - started_;
    report_.attempts.push_back(record_);
}

// From here on it is this attempt's answer that the client gets.
void Attempt::note_served() {
    report_.served = tried_.deployment;
    report_.adapted = adapted_;
}

void Attempt::note_success() {
    if (!relays_) context_.credentials.served(*tried_.deployment, *credential_);
    if (health_ == nullptr) return;
    const TimePoint now = context_.runtime.now();
    const Duration latency = stream_ ? record_.first_content : Duration(now - asked_);
    health_->on_first_content(tried_.ticket, stream_, size_class(exchange_.plan.prompt_tokens), latency, now);
}

void Attempt::note_complete() {
    record_.outcome = "ok";
    report_.termination = Termination::complete;
    if (health_ != nullptr) {
        const TimePoint now = context_.runtime.now();
        const Duration total = now - asked_;
        health_->on_complete(facts_.usage ? &*facts_.usage : nullptr,
                             stream_ ? total - record_.first_content : Duration::zero());
        if (stream_) health_->on_stream_total(size_class(exchange_.plan.prompt_tokens), total, now);
    }
    report_.usage = std::move(facts_.usage);
    report_.finish = facts_.finish;
    if (!recovering_) return;
    record_.usage = std::move(report_.usage);
    if (const Usage* all = join_->usage()) report_.usage = *all;
}

// The client had a part of the answer: the failure is not hidden from it, and the deployment is to blame.
void Attempt::note_late_failure() {
    report_.usage = std::move(facts_.usage);
    report_.finish = facts_.finish;
    if (health_ == nullptr || diverged()) return;
    health_->on_failure(tried_.ticket, *error_, true, exchange_.plan.policies->breaker, context_.runtime.now(),
                        context_.rng);
}

void Attempt::note_shutdown() {
    error_ = shutting_down();
    record_.outcome = error_->code_or_default();
}

std::optional<Usage> Attempt::spent() const {
    if (!guard_ || !guard_->content_seen()) return std::nullopt;
    const bool cut = !guard_->ended() || !diverged();
    return spent_on_part(guard_->usage(), exchange_.plan.prompt_tokens, cut ? join_->received() : 0);
}

}  // namespace breakwater
