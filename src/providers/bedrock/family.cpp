#include "family.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

/// The id behind a profile's prefix or an ARN's path.
std::string_view bare_id(std::string_view model) noexcept {
    if (model.starts_with("arn:")) model = model.substr(model.rfind('/') + 1);
    for (const std::string_view prefix : {"us.", "eu.", "apac.", "jp.", "au.", "ca.", "sa.", "us-gov.", "global."}) {
        if (model.starts_with(prefix)) return model.substr(prefix.size());
    }
    return model;
}

// The first that the id begins with.
constexpr std::array<std::pair<std::string_view, Family>, 8> kPrefixes{{
    {"anthropic.", Family::claude},
    {"amazon.nova-2", Family::nova_2},
    {"amazon.nova", Family::nova},
    {"meta.", Family::llama},
    {"mistral.", Family::mistral},
    {"qwen.", Family::qwen},
    {"openai.gpt-oss", Family::gpt_oss},
    {"writer.", Family::writer},
}};

// Vendors whose models make no family of their own here, but for those none of whose models chat.
constexpr std::array<std::string_view, 11> kOtherVendors{"ai21.",   "amazon.",  "cohere.",   "deepseek.",
                                                         "google.", "minimax.", "moonshot.", "moonshotai.",
                                                         "nvidia.", "openai.",  "zai."};

// In the ids of models that do not chat, of vendors that have others which do.
constexpr std::array<std::string_view, 6> kOtherPurposes{"embed", "rerank", "canvas", "reel", "sonic", "titan-image"};

bool has_any(std::string_view id, std::span<const std::string_view> words) noexcept {
    return std::ranges::any_of(words, [id](std::string_view word) { return id.find(word) != std::string_view::npos; });
}

constexpr FamilyTraits kClaude{
    .begins_with_user = false, .signed_reasoning = true, .cache_points = true, .cached_tools = true};
constexpr FamilyTraits kNova{.cache_points = true};
constexpr FamilyTraits kLlama{.results_stand_alone = true};
constexpr FamilyTraits kMistral{.results_stand_alone = true, .json_results = true, .short_call_ids = true};
constexpr FamilyTraits kQwen{.begins_with_user = false};
constexpr FamilyTraits kWriter{.results_stand_alone = true, .result_status = false};
constexpr FamilyTraits kOther{};

}  // namespace

Family family_of(std::string_view model) noexcept {
    const std::string_view id = bare_id(model);
    for (const auto& [prefix, family] : kPrefixes) {
        if (id.starts_with(prefix)) return family;
    }
    return Family::other;
}

bool chats_but_is_not_claude(std::string_view model) noexcept {
    const std::string_view id = bare_id(model);
    const Family family = family_of(model);
    if (family == Family::claude || has_any(id, kOtherPurposes)) return false;
    if (family != Family::other) return true;
    return std::ranges::any_of(kOtherVendors, [id](std::string_view vendor) { return id.starts_with(vendor); });
}

const FamilyTraits& traits_of(Family family) noexcept {
    switch (family) {
        case Family::claude:
            return kClaude;
        case Family::nova:
        case Family::nova_2:
            return kNova;
        case Family::llama:
            return kLlama;
        case Family::mistral:
            return kMistral;
        case Family::qwen:
            return kQwen;
        case Family::writer:
            return kWriter;
        case Family::gpt_oss:
        case Family::other:
            break;
    }
    return kOther;
}

bool is_claude_3(std::string_view model) noexcept {
    const std::string_view id = bare_id(model);
    return id.starts_with("anthropic.claude-3") || id.starts_with("anthropic.claude-v") ||
           id.starts_with("anthropic.claude-instant");
}

}  // namespace breakwater::bedrock
