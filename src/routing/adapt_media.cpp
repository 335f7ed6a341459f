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
        if (!image.url.empty() && image.data.empty() && !capabilities.supports(Feature::image_url_input)) {
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
    Why operator()(const NativeItemPart&) const noexcept { return std::nullopt; }
};

/// The address of a part, where what was fetched from it has to go instead; else null.
template <class Parts>
auto replaced_address(const Capabilities& capabilities, Parts& part) noexcept
    -> decltype(&std::get<ImagePart>(part).url) {
    if (auto* image = std::get_if<ImagePart>(&part)) {
        const bool fetched = !image->url.empty() && !image->data.empty();
        return fetched && !capabilities.supports(Feature::image_url_input) ? &image->url : nullptr;
    }
    if (auto* file = std::get_if<FilePart>(&part)) {
        const bool fetched = !file->url.empty() && !file->data.empty();
        return fetched && !capabilities.supports(Feature::file_url_input) ? &file->url : nullptr;
    }
    return nullptr;
}

std::string name_of_part(std::size_t message, std::size_t part) {
    return "messages[" + std::to_string(message) + "].content[" + std::to_string(part) + "]";
}

Result<void> take_fetched(const AdaptScope& scope, std::size_t message_index) {
    const auto& parts = scope.request().messages[message_index].parts;
    bool any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (replaced_address(scope.capabilities, parts[i]) == nullptr) continue;
        auto allowed = scope.policy.change(name_of_part(message_index, i), AdaptAction::mapped,
                                           "the model takes images and files only inline (base64)");
        if (!allowed) return allowed;
        any = true;
    }
    if (!any) return {};
    for (ContentPart& part : scope.edit().messages[message_index].parts) {
        if (std::string* address = replaced_address(scope.capabilities, part)) address->clear();
    }
    return {};
}

Result<void> adapt_parts(const AdaptScope& scope, std::size_t message_index) {
    const auto& parts = scope.request().messages[message_index].parts;
    const Obstacle obstacle{scope.capabilities};
    bool any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Obstacle::Why why = std::visit(obstacle, parts[i]);
        if (!why) continue;
        auto allowed = scope.policy.change_essential(name_of_part(message_index, i), AdaptAction::dropped, *why);
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
        if (auto adapted = take_fetched(scope, i); !adapted) return adapted;
        if (auto adapted = adapt_parts(scope, i); !adapted) return adapted;
    }
    return {};
}

}  // namespace breakwater
