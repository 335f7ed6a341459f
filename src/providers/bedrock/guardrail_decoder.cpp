#include "guardrail_decoder.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../shared/bad_answer.hpp"
#include "breakwater/base/strings.hpp"
#include "invoke_decoder.hpp"

namespace breakwater::bedrock {
namespace {

using Element = JsonReader::Element;

/// The answer repeats the text, with what was masked in it.
constexpr std::size_t kVerdictBytesMax = 8u << 20;
/// A guardrail has six filters, thirty topics, ten patterns and some thirty kinds of personal data.
constexpr std::size_t kCategoriesMax = 256;
constexpr std::size_t kNameMax = 100;

/// Filters of content that OpenAI has a category for.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFilters{{{"HATE", "hate"},
                                                                                 {"INSULTS", "harassment"},
                                                                                 {"SEXUAL", "sexual"},
                                                                                 {"VIOLENCE", "violence"},
                                                                                 {"MISCONDUCT", "illicit"}}};

constexpr std::array<std::pair<std::string_view, double>, 4> kConfidences{
    {{"NONE", 0}, {"LOW", 0.33}, {"MEDIUM", 0.66}, {"HIGH", 1}}};

/// A list of findings, and what its categories are called: `prefix`, and behind it the member `name` of each.
struct Section {
    std::string_view policy;
    std::string_view list;
    std::string_view prefix;
    std::string_view name{};
    bool own_words = false;  ///< the name is the account's, not a word of the API
    bool pictures = false;   ///< pictures are judged by it as well
};
constexpr std::array<Section, 6> kSections{{
    {.policy = "contentPolicy", .list = "filters", .prefix = "", .name = "type", .pictures = true},
    {.policy = "topicPolicy", .list = "topics", .prefix = "topic/", .name = "name", .own_words = true},
    {.policy = "wordPolicy", .list = "customWords", .prefix = "words/custom"},
    {.policy = "wordPolicy", .list = "managedWordLists", .prefix = "words/", .name = "type"},
    {.policy = "sensitiveInformationPolicy", .list = "piiEntities", .prefix = "pii/", .name = "type"},
    {.policy = "sensitiveInformationPolicy", .list = "regexes", .prefix = "regex/", .name = "name", .own_words = true},
}};

/// Empty where the finding does not say what it is.
std::string category_of(const Section& section, Element finding) {
    if (section.name.empty()) return std::string(section.prefix);
    const std::string_view said = get_string(finding, section.name).value_or("");
    if (said.empty()) return {};
    if (section.pictures) {
        const auto filter = std::ranges::find(kFilters, said, &decltype(kFilters)::value_type::first);
        if (filter != kFilters.end()) return std::string(filter->second);
    }
    const std::string name = sanitise_provider_text(said, kNameMax);
    return std::string(section.prefix) + (section.own_words ? name : to_lower(name));
}

/// A guardrail may look for something and only say so: then the action is NONE.
bool is_flagged(Element finding) noexcept {
    const std::string_view action = get_string(finding, "action").value_or("NONE");
    return get_bool(finding, "detected").value_or(false) || (action != "NONE" && !action.empty());
}

double score_of(Element finding, bool flagged) noexcept {
    const std::string_view said = get_string(finding, "confidence").value_or("");
    const auto confidence = std::ranges::find(kConfidences, said, &decltype(kConfidences)::value_type::first);
    if (confidence != kConfidences.end()) return confidence->second;
    return flagged ? 1 : 0;
}

class GuardrailDecoder final : public InvokeDecoder {
public:
    GuardrailDecoder(bool text, bool picture) noexcept
        : InvokeDecoder(kVerdictBytesMax), text_(text), picture_(picture) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const std::string_view action = get_string(root, "action").value_or("");
        if (action != "NONE" && action != "GUARDRAIL_INTERVENED")
            return invalid_answer("JSON without a guardrail's action");
        flagged_ = action != "NONE";
        if (const auto assessments = get_array(root, "assessments")) {
            for (const Element assessment : *assessments) {
                if (auto done = read_assessment(assessment); !done) return done;
            }
        }
        emit(sink);
        return {};
    }

    Result<void> read_assessment(Element assessment) {
        for (const Section& section : kSections) {
            const auto policy = get_object(assessment, section.policy);
            const auto findings = policy ? get_array(*policy, section.list) : std::nullopt;
            if (!findings) continue;
            for (const Element finding : *findings) {
                if (auto done = add(section, finding); !done) return done;
            }
        }
        return {};
    }

    /// Each place where something was found is a finding of its own.
    Result<void> add(const Section& section, Element finding) {
        const bool flagged = is_flagged(finding);
        flagged_ = flagged_ || flagged;
        std::string name = category_of(section, finding);
        if (name.empty()) return {};
        const auto [found, added] = categories_.try_emplace(std::move(name));
        if (added && categories_.size() > kCategoriesMax)
            return invalid_answer("more categories than a verdict can have");
        ModerationCategory& category = found->second;
        category.name = found->first;
        category.flagged = category.flagged || flagged;
        category.score = std::max(category.score, score_of(finding, flagged));
        category.text = text_;
        category.image = picture_ && section.pictures;
        return {};
    }

    void emit(EventSink& sink) const {
        std::vector<ModerationCategory> all;
        all.reserve(categories_.size());
        for (const auto& [name, category] : categories_) all.push_back(category);
        sink.on_event(ModerationEvent{.index = 0, .flagged = flagged_, .categories = all});
    }

    bool text_;
    bool picture_;
    bool flagged_ = false;
    std::map<std::string, ModerationCategory, std::less<>> categories_;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_guardrail_decoder(bool text, bool picture) {
    return std::make_unique<GuardrailDecoder>(text, picture);
}

}  // namespace breakwater::bedrock
