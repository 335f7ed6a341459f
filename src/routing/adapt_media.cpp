#include <optional>

#include "adapt_steps.hpp"

namespace breakwater {
namespace {

/// What stands in for a message that would be empty: a turn must not vanish, or roles would no longer alternate.
constexpr std::string_view kPlaceholder = "(attachment removed)";

/// Says why the model cannot read a part, or nothing when it can.
struct Obstacle {
    const Capabilities& capabilities;
    using Why = std::optional<std::string_view>;

    Why operator()(const ImagePart& image) const noexcept {
        if (!capabilities.supports(Feature::image_input)) return "the model cannot read images";
        if (!image.url.empty() && !capabilities.supports(Feature::image_url_input)) {
            return "the model takes images only inline (base64)";
        }
        return std::nullopt;
    }
    Why operator()(const AudioPart&) const noexcept {
        if (!capabilities.supports(Feature::audio_input)) return "the model cannot listen to audio";
        return std::nullopt;
    }
    Why operator()(const FilePart& file) const noexcept {
        const bool text = file.media_type.starts_with("text/");
        if (!text && !capabilities.supports(Feature::pdf_input)) return "the model cannot read files";
        return std::nullopt;
    }
    Why operator()(const TextPart&) const noexcept { return std::nullopt; }
    Why operator()(const RefusalPart&) const noexcept { return std::nullopt; }
    Why operator()(const ReasoningPart&) const noexcept { return std::nullopt; }
    Why operator()(const ToolCallPart&) const noexcept { return std::nullopt; }
    Why operator()(const NativePart&) const noexcept { return std::nullopt; }
};

Result<void> adapt_parts(const AdaptScope& scope, std::size_t message_index) {
    const auto& parts = scope.request().messages[message_index].parts;
    const Obstacle obstacle{scope.capabilities};
    bool any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Obstacle::Why why = std::visit(obstacle, parts[i]);
        if (!why) continue;
        std::string field = "messages[" + std::to_string(message_index) + "].content[" + std::to_string(i) + "]";
        auto allowed = scope.policy.change_essential(std::move(field), AdaptAction::dropped, *why);
        if (!allowed) return allowed;
        any = true;
    }
    if (!any) return {};
    auto& kept = scope.edit().messages[message_index].parts;
    std::erase_if(kept, [&](const ContentPart& part) { return std::visit(obstacle, part).has_value(); });
    if (kept.empty()) kept.emplace_back(TextPart{.text = std::string(kPlaceholder)});
    return {};
}

}  // namespace

Result<void> adapt_media(const AdaptScope& scope) {
    for (std::size_t i = 0; i < scope.request().messages.size(); ++i) {
        if (auto adapted = adapt_parts(scope, i); !adapted) return adapted;
    }
    return {};
}

}  // namespace breakwater
