#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/usage.hpp"
#include "breakwater/catalog/capabilities.hpp"

namespace breakwater {

enum class ModelMode : std::uint8_t {
    chat,
    completion,  ///< goes on with a text, and cannot chat
    embedding,
    rerank,
    moderation,
    image,
    speech,
    transcription,
    realtime,
};
std::string_view to_string(ModelMode mode) noexcept;
std::optional<ModelMode> model_mode_from(std::string_view word) noexcept;

/// USD per million tokens, by class. Unknown is nullopt, never 0.
struct Price {
    std::optional<double> input{};
    std::optional<double> cached{};  ///< input read from the provider's prompt cache
    std::optional<double> cache_write{};
    std::optional<double> cache_write_1h{};  ///< absent: as cache_write
    std::optional<double> output{};
    std::optional<double> reasoning{};  ///< absent: as output
    friend bool operator==(const Price&, const Price&) = default;
};

/// Cost in USD of an answer: nullopt unless usage and every price it needs are known.
/// A missing `cached` or `cache_write` price counts as `input`, a missing `cache_write_1h` price as that of
/// `cache_write`, a missing `reasoning` price as `output`. A price is
/// needed only for a class with tokens in it; an unknown cache or reasoning count means that none were reported apart,
/// which is none.
std::optional<double> cost_usd(const Price& price, const Usage& usage) noexcept;

/// Facts about a model, independent of who serves it. Immutable after load.
struct ModelFacts {
    std::string vendor{};  ///< catalogue file: openai, anthropic, groq ...
    std::string id{};      ///< the name that the vendor's API takes
    std::string name{};
    ModelMode mode = ModelMode::chat;
    /// The only API that serves it when that is not the vendor's chat API ("responses"), or that a deployment was
    /// pinned to.
    std::string api{};
    std::optional<std::int64_t> context{};  ///< tokens, prompt and answer together
    std::optional<std::int64_t> max_input{};
    std::optional<std::int64_t> max_output{};
    std::vector<std::string> input_modalities{};
    std::vector<std::string> output_modalities{};
    Price price{};
    std::string released{};    ///< YYYY-MM-DD, YYYY-MM or YYYY, or empty
    std::string deprecated{};  ///< date after which the vendor may refuse it, or empty
    std::string status{};      ///< "", alpha, beta, deprecated
    std::optional<std::int64_t> embedding_dimensions{};
    Capabilities capabilities{};

    /// A model that chats and makes pictures too.
    [[nodiscard]] bool draws() const noexcept {
        return std::ranges::find(output_modalities, "image") != output_modalities.end();
    }
    /// A model that chats, and can be told to write down what it hears.
    [[nodiscard]] bool hears() const noexcept {
        return mode == ModelMode::chat && std::ranges::find(input_modalities, "audio") != input_modalities.end();
    }
    friend bool operator==(const ModelFacts&, const ModelFacts&) = default;
};

}  // namespace breakwater
