#include <algorithm>

#include "latency.hpp"
#include "source.hpp"

namespace breakwater::sim {
namespace {

using Action = SimStep::Action;

/// A tenth of a second of samples.
constexpr std::size_t kPieceBytes = 4800;

/// A sound that comes piece by piece, as it is made.
class SoundSource final : public SimScript::Source {
public:
    SoundSource(const Model& model, const Fault& fault, Rng& rng, Sound sound)
        : first_(model.settings.first_token_p50, model.settings.first_token_p95),
          gap_(model.settings.gap_p50, model.settings.gap_p95),
          fault_(fault),
          rng_(rng),
          sound_(std::move(sound)) {}

    bool next(SimStep& step) override {
        if (over_) return false;
        if (!std::exchange(begun_, true)) return head(step);
        const std::string_view rest = std::string_view(sound_.bytes).substr(at_);
        // A sound that is too short for its fault has it where it would have ended.
        if (breaks() && (pieces_ >= fault_.after || rest.empty())) return last(step, ending());
        if (rest.empty()) return last(step, Action::end);
        step.action = Action::bytes;
        step.delay = (pieces_++ == 0 ? first_ : gap_).draw(rng_);
        step.bytes = rest.substr(0, kPieceBytes);
        at_ += step.bytes.size();
        return true;
    }

private:
    bool head(SimStep& step) {
        step.action = Action::head;
        if (fault_.kind == Fault::Kind::slow_head) step.delay = fault_.delay;
        step.head.headers.add("content-type", std::string(sound_.media_type));
        return true;
    }
    bool last(SimStep& step, Action action) {
        step.action = action;
        over_ = true;
        return true;
    }
    /// There is no other way to say that something failed in the middle of a sound.
    [[nodiscard]] bool breaks() const noexcept {
        return fault_.kind == Fault::Kind::cut || fault_.kind == Fault::Kind::stall ||
               fault_.kind == Fault::Kind::error_mid;
    }
    [[nodiscard]] Action ending() const noexcept {
        return fault_.kind == Fault::Kind::stall ? Action::stall : Action::cut;
    }

    Latency first_;
    Latency gap_;
    Fault fault_;
    Rng rng_;
    Sound sound_;
    std::size_t at_ = 0;
    std::size_t pieces_ = 0;
    bool begun_ = false;
    bool over_ = false;
};

}  // namespace

std::unique_ptr<SimScript::Source> make_sound(const Model& model, const Fault& fault, Rng& rng, Sound sound) {
    return std::make_unique<SoundSource>(model, fault, rng, std::move(sound));
}

}  // namespace breakwater::sim
