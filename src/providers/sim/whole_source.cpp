#include "latency.hpp"
#include "source.hpp"

namespace breakwater::sim {
namespace {

using Action = SimStep::Action;

/// An answer that is known as a whole: a head, a body, and how it ends.
class WholeSource final : public SimScript::Source {
public:
    WholeSource(Duration delay, HttpResponseHead head, std::string body, Action ending)
        : delay_(delay), head_(std::move(head)), body_(std::move(body)), ending_(ending) {}

    bool next(SimStep& step) override {
        switch (stage_++) {
            case 0:
                step.action = Action::head;
                step.delay = delay_;
                step.head = std::move(head_);
                return true;
            case 1:
                if (body_.empty()) return next(step);
                step.action = Action::bytes;
                step.bytes = std::move(body_);
                return true;
            case 2:
                step.action = ending_;
                return true;
            default:
                stage_ = 3;
                return false;
        }
    }

private:
    Duration delay_;
    HttpResponseHead head_;
    std::string body_;
    Action ending_;
    int stage_ = 0;
};

class RefusedSource final : public SimScript::Source {
public:
    bool next(SimStep& step) override {
        step.action = Action::refuse;
        return !std::exchange(over_, true);
    }

private:
    bool over_ = false;
};

HttpResponseHead head_of(int status, std::string_view content_type) {
    HttpResponseHead head{.status = status};
    head.headers.add("content-type", std::string(content_type));
    return head;
}

std::unique_ptr<SimScript::Source> simple(HttpResponseHead head, std::string body) {
    return std::make_unique<WholeSource>(Duration::zero(), std::move(head), std::move(body), Action::end);
}

/// What servers say with a status, as far as clients tell the cases apart.
struct StatusWords {
    int status;
    std::string_view type;
    std::string_view code;
    std::string_view message;
};
constexpr StatusWords kStatusWords[] = {
    {400, "invalid_request_error", "invalid_value", "The request is invalid."},
    {401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."},
    {402, "insufficient_quota", "insufficient_quota", "The account has no credit left."},
    {403, "permission_error", "permission_denied", "The key may not use this model."},
    {404, "invalid_request_error", "model_not_found", "The model does not exist."},
    {408, "timeout_error", "request_timeout", "The request took too long."},
    {413, "invalid_request_error", "request_too_large", "The request is too large."},
    {422, "invalid_request_error", "unprocessable_entity", "The request cannot be processed."},
    {429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached; try again in 1s."},
    {503, "server_error", "overloaded", "The server is overloaded; try again later."},
    {529, "server_error", "overloaded", "The server is overloaded; try again later."},
};

std::string status_body(int status) {
    for (const StatusWords& words : kStatusWords) {
        if (words.status == status) return error_object(words.message, words.type, "", words.code);
    }
    const std::string message = "The simulated server answered " + std::to_string(status) + ".";
    if (status >= 500) return error_object(message, "server_error", "", "server_error");
    return error_object(message, "invalid_request_error", "", "");
}

constexpr std::string_view kHtml =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>\n";

/// The end of an answer that a fault of the content strikes: what a stream breaks, breaks half of a body.
Action break_body(const Fault& fault, std::string& body) {
    const std::size_t half = fault.after == 0 ? 0 : body.size() / 2;
    switch (fault.kind) {
        case Fault::Kind::cut:
            body.resize(half);
            return Action::cut;
        case Fault::Kind::stall:
            body.resize(half);
            return Action::stall;
        case Fault::Kind::malformed:
        case Fault::Kind::no_finish:
            body.resize(body.size() / 2);
            return Action::end;
        case Fault::Kind::error_mid:
        case Fault::Kind::error_first:
            body = server_error();
            return Action::end;
        case Fault::Kind::none:
        case Fault::Kind::status:
        case Fault::Kind::error_in_200:
        case Fault::Kind::slow_head:
        case Fault::Kind::refused:
        case Fault::Kind::html:
        case Fault::Kind::empty:
        case Fault::Kind::no_done:
            return Action::end;
    }
    return Action::end;
}

}  // namespace

std::string server_error() {
    return error_object("The simulated server failed while it processed the request.", "server_error", "",
                        "server_error");
}

std::unique_ptr<SimScript::Source> make_error(int status, std::string body) {
    HttpResponseHead head = head_of(status, "application/json");
    if (status == 429) head.headers.add("retry-after", "1");
    return simple(std::move(head), std::move(body));
}

std::unique_ptr<SimScript::Source> make_early_fault(const Fault& fault, bool stream) {
    if (fault.kind == Fault::Kind::status) return make_error(fault.status, status_body(fault.status));
    if (fault.kind == Fault::Kind::error_in_200) return make_error(200, server_error());
    if (fault.kind == Fault::Kind::refused) return std::make_unique<RefusedSource>();
    if (fault.kind == Fault::Kind::html) return simple(head_of(200, "text/html"), std::string(kHtml));
    if (fault.kind == Fault::Kind::empty)
        return simple(head_of(200, stream ? "text/event-stream" : "application/json"), "");
    return nullptr;
}

std::unique_ptr<SimScript::Source> make_answer(const Model& model, const Fault& fault, Rng& rng, std::string body,
                                               std::string_view content_type) {
    Duration delay = Latency(model.settings.first_token_p50, model.settings.first_token_p95).draw(rng);
    if (fault.kind == Fault::Kind::slow_head) delay += fault.delay;
    const Action ending = break_body(fault, body);
    return std::make_unique<WholeSource>(delay, head_of(200, content_type), std::move(body), ending);
}

std::unique_ptr<SimScript::Source> make_whole(Plan plan) {
    const config::SimSettings& settings = plan.model.settings;
    const Latency gap(settings.gap_p50, settings.gap_p95);
    Duration delay = Latency(settings.first_token_p50, settings.first_token_p95).draw(plan.rng);
    if (plan.fault.kind == Fault::Kind::slow_head) delay += plan.fault.delay;

    TokenCounts counts{.prompt = plan.request.prompt_tokens};
    std::vector<WholeChoice> choices(plan.choices.size());
    for (std::size_t i = 0; i < choices.size(); ++i) {
        ChoiceStream& stream = plan.choices[i];
        for (Piece piece; stream.next(piece);) add_piece(choices[i], piece, plan.request);
        counts.completion += stream.tokens();
        counts.reasoning += stream.reasoning_tokens();
    }
    for (std::size_t i = 1; i < counts.completion; ++i) delay += gap.draw(plan.rng);

    HttpResponseHead head = head_of(200, "application/json");
    head.headers.add("x-request-id", "req_" + plan.identity.id);
    std::string body;
    write_whole(body, plan.identity, choices, counts, plan.request.logprobs);
    const Action ending = break_body(plan.fault, body);
    return std::make_unique<WholeSource>(delay, std::move(head), std::move(body), ending);
}

}  // namespace breakwater::sim
