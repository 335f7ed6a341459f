#include "unfenced_answer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "text_filter.hpp"

namespace breakwater {

namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

using Choice = std::optional<std::uint32_t>;

/// The choice whose text does not go on behind `event`: what is said then is another part, or there is no more.
Choice ended_choice(const StreamEvent& event) {
    return std::visit(Overloaded{[](const ToolCallStart& call) -> Choice { return call.choice; },
                                 [](const FinishEvent& finish) -> Choice { return finish.choice; },
                                 [](const auto&) -> Choice { return std::nullopt; }},
                      event);
}

/// The choice whose text may be over with `event`: of some APIs it is an item between two texts, others send it, such
/// as a thought's seal, in the middle of one.
Choice interrupted_choice(const StreamEvent& event) {
    return std::visit(
        Overloaded{[](const ReasoningDelta& thought) -> Choice { return thought.choice; },
                   [](const ReasoningEnd& thought) -> Choice { return thought.choice; },
                   [](const RefusalDelta& refusal) -> Choice { return refusal.choice; },
                   [](const NativeItem&) -> Choice { return 0; }, [](const auto&) -> Choice { return std::nullopt; }},
        event);
}

/// Stands between a decoder and its sink.
class FenceRemover final : public EventSink {
public:
    /// The sink of the call that is running.
    void to(EventSink& sink) noexcept { sink_ = &sink; }

    void on_event(const StreamEvent& event) override {
        if (const auto* text = std::get_if<TextDelta>(&event)) return say(*text);
        if (const Choice choice = ended_choice(event)) end_text(*choice);
        if (const Choice choice = interrupted_choice(event); choice && !is_open(*choice)) end_text(*choice);
        if (std::holds_alternative<StreamEnd>(event)) {
            // Not every choice has a finish reason.
            for (std::uint32_t choice = 0; choice < texts_.size(); ++choice) end_text(choice);
        }
        sink_->on_event(event);
    }
    bool on_native(const NativePart& part) override { return sink_->on_native(part); }
    void on_unknown(Unknown what) override { sink_->on_unknown(what); }

private:
    void say(const TextDelta& delta) {
        while (texts_.size() <= delta.choice) texts_.emplace_back(TextFilter::Kind::fence);
        TextFilter& text = texts_[delta.choice];
        if (text.passes_all()) return sink_->on_event(delta);
        filtered_.clear();
        text.feed(delta.text, filtered_);
        pass_on(delta.choice);
    }

    [[nodiscard]] bool is_open(std::uint32_t choice) const noexcept {
        return choice < texts_.size() && texts_[choice].is_open();
    }

    /// What was held back of it comes before what ends it.
    void end_text(std::uint32_t choice) {
        if (choice >= texts_.size()) return;
        filtered_.clear();
        texts_[choice].finish(filtered_);
        texts_[choice] = TextFilter(TextFilter::Kind::fence);
        pass_on(choice);
    }

    void pass_on(std::uint32_t choice) {
        if (!filtered_.empty()) sink_->on_event(TextDelta{.choice = choice, .text = filtered_});
    }

    EventSink* sink_ = nullptr;
    std::vector<TextFilter> texts_;  // by choice, of which decoders allow so many only
    std::string filtered_;           // scratch
};

class UnfencedAnswer final : public ResponseDecoder {
public:
    explicit UnfencedAnswer(std::unique_ptr<ResponseDecoder> decoder) : decoder_(std::move(decoder)) {}

    Result<void> on_head(const HttpResponseHead& head) override { return decoder_->on_head(head); }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        fence_.to(sink);
        return decoder_->on_body(bytes, fence_);
    }
    Result<void> on_end(EventSink& sink) override {
        fence_.to(sink);
        return decoder_->on_end(fence_);
    }

private:
    std::unique_ptr<ResponseDecoder> decoder_;
    FenceRemover fence_;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_unfenced_answer(std::unique_ptr<ResponseDecoder> decoder) {
    return std::make_unique<UnfencedAnswer>(std::move(decoder));
}

}  // namespace breakwater
