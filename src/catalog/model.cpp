#include "breakwater/catalog/model.hpp"

#include <algorithm>

namespace breakwater {
namespace {

constexpr double kTokensPerPrice = 1e6;

/// Adds the cost of one class of tokens; false when the tokens are there and their price is not.
bool add(double& sum, std::int64_t tokens, const std::optional<double>& price) noexcept {
    if (tokens <= 0) return true;
    if (!price) return false;
    sum += static_cast<double>(tokens) * *price;
    return true;
}

std::optional<double> either(const std::optional<double>& own, const std::optional<double>& instead) noexcept {
    return own ? own : instead;
}

}  // namespace

std::string_view to_string(ModelMode mode) noexcept {
    switch (mode) {
        case ModelMode::chat:
            return "chat";
        case ModelMode::completion:
            return "completion";
        case ModelMode::embedding:
            return "embedding";
        case ModelMode::rerank:
            return "rerank";
        case ModelMode::moderation:
            return "moderation";
        case ModelMode::image:
            return "image";
        case ModelMode::speech:
            return "speech";
        case ModelMode::realtime:
            return "realtime";
        case ModelMode::transcription:
            return "transcription";
    }
    return "chat";
}

std::optional<ModelMode> model_mode_from(std::string_view word) noexcept {
    for (const ModelMode mode :
         {ModelMode::chat, ModelMode::completion, ModelMode::embedding, ModelMode::rerank, ModelMode::moderation,
          ModelMode::image, ModelMode::speech, ModelMode::transcription, ModelMode::realtime}) {
        if (to_string(mode) == word) return mode;
    }
    return std::nullopt;
}

std::optional<double> cost_usd(const Price& price, const Usage& usage) noexcept {
    if (!usage.input_uncached || !usage.output) return std::nullopt;
    const std::int64_t reasoning =
        std::clamp<std::int64_t>(usage.reasoning.value_or(0), 0, std::max<std::int64_t>(*usage.output, 0));
    const std::int64_t written = std::max<std::int64_t>(usage.cache_write.value_or(0), 0);
    const std::int64_t written_1h = std::clamp<std::int64_t>(usage.cache_write_1h.value_or(0), 0, written);
    const std::optional<double> write_price = either(price.cache_write, price.input);
    double sum = 0;
    const bool complete = add(sum, *usage.input_uncached, price.input) &&
                          add(sum, usage.cache_read.value_or(0), either(price.cached, price.input)) &&
                          add(sum, written - written_1h, write_price) &&
                          add(sum, written_1h, either(price.cache_write_1h, write_price)) &&
                          add(sum, *usage.output - reasoning, price.output) &&
                          add(sum, reasoning, either(price.reasoning, price.output));
    if (!complete) return std::nullopt;
    return sum / kTokensPerPrice;
}

}  // namespace breakwater
