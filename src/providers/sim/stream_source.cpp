#include "latency.hpp"
#include "source.hpp"

namespace breakwater::sim {
namespace {

using Action = SimStep::Action;

/// A streamed answer, one event a step. Content is counted over all choices, which take turns.
class StreamSource final : public SimScript::Source {
public:
    explicit StreamSource(Plan plan)
        : plan_(std::move(plan)),
          writer_(plan_.identity, plan_.request),
          first_(plan_.model.settings.first_token_p50, plan_.model.settings.first_token_p95),
          gap_(plan_.model.settings.gap_p50, plan_.model.settings.gap_p95) {}

    bool next(SimStep& step) override {
        switch (stage_) {
            case Stage::head:
                return head(step);
            case Stage::roles:
                return roles(step);
            case Stage::content:
                return content(step);
            case Stage::fault:
                return fault(step);
            case Stage::usage:
                return usage(step);
            case Stage::done:
                return done(step);
            case Stage::end:
                return last(step, Action::end);
            case Stage::over:
                return false;
        }
        return false;
    }

private:
    enum class Stage { head, roles, content, fault, usage, done, end, over };

    bool last(SimStep& step, Action action) {
        step.action = action;
        stage_ = Stage::over;
        return true;
    }

    bool head(SimStep& step) {
        step.action = Action::head;
        if (plan_.fault.kind == Fault::Kind::slow_head) step.delay = plan_.fault.delay;
        step.head.headers.add("content-type", "text/event-stream; charset=utf-8");
        step.head.headers.add("x-request-id", "req_" + plan_.identity.id);
        stage_ = plan_.fault.kind == Fault::Kind::error_first ? Stage::fault : Stage::roles;
        return true;
    }

    bool roles(SimStep& step) {
        step.action = Action::bytes;
        for (std::size_t i = 0; i < plan_.choices.size(); ++i) {
            writer_.role(step.bytes, i, plan_.choices[i].has_calls());
        }
        stage_ = Stage::content;
        return true;
    }

    bool content(SimStep& step) {
        if (strikes() && pieces_ >= plan_.fault.after) return fault(step);
        for (std::size_t tried = 0; tried < plan_.choices.size(); ++tried) {
            const std::size_t choice = turn_;
            turn_ = (turn_ + 1) % plan_.choices.size();
            Piece piece;
            if (plan_.choices[choice].next(piece)) return write(step, choice, piece);
        }
        return usage(step);
    }

    bool write(SimStep& step, std::size_t choice, const Piece& piece) {
        step.action = Action::bytes;
        if (piece.kind == Piece::Kind::finish) {
            // An answer that is too short for its fault has it where it would have ended.
            if (strikes()) return fault(step);
            if (plan_.fault.kind == Fault::Kind::no_finish) return content(step);
        } else {
            step.delay = (pieces_++ == 0 ? first_ : gap_).draw(plan_.rng);
        }
        writer_.piece(step.bytes, choice, piece);
        return true;
    }

    /// The fault interrupts the content, and has not yet.
    [[nodiscard]] bool strikes() const {
        const Fault::Kind kind = plan_.fault.kind;
        return !struck_ && (kind == Fault::Kind::cut || kind == Fault::Kind::stall || kind == Fault::Kind::malformed ||
                            kind == Fault::Kind::error_mid);
    }

    bool fault(SimStep& step) {
        struck_ = true;
        if (plan_.fault.kind == Fault::Kind::cut) return last(step, Action::cut);
        if (plan_.fault.kind == Fault::Kind::stall) return last(step, Action::stall);
        step.action = Action::bytes;
        if (plan_.fault.kind == Fault::Kind::malformed) {
            step.bytes = "data: {\"id\":\"chatcmpl-broken\",\"choices\":[{\"index\":0,\"delta\":{\"cont\n\n";
            return true;
        }
        step.bytes = "data: " + server_error() + "\n\n";
        stage_ = Stage::done;
        return true;
    }

    bool usage(SimStep& step) {
        // Without a finish reason there is nothing that says that the answer is complete: neither usage nor [DONE].
        if (plan_.fault.kind == Fault::Kind::no_finish) return last(step, Action::end);
        stage_ = Stage::done;
        step.action = Action::bytes;
        TokenCounts counts{.prompt = plan_.request.prompt_tokens};
        for (const ChoiceStream& choice : plan_.choices) {
            counts.completion += choice.tokens();
            counts.reasoning += choice.reasoning_tokens();
        }
        writer_.usage(step.bytes, counts);
        return step.bytes.empty() ? done(step) : true;
    }

    bool done(SimStep& step) {
        if (plan_.fault.kind == Fault::Kind::no_done) return last(step, Action::end);
        stage_ = Stage::end;
        step.action = Action::bytes;
        step.bytes = "data: [DONE]\n\n";
        return true;
    }

    Plan plan_;
    ChunkWriter writer_;
    Latency first_;
    Latency gap_;
    Stage stage_ = Stage::head;
    std::size_t turn_ = 0;
    std::size_t pieces_ = 0;
    bool struck_ = false;
};

}  // namespace

std::unique_ptr<SimScript::Source> make_stream(Plan plan) {
    return std::make_unique<StreamSource>(std::move(plan));
}

}  // namespace breakwater::sim
