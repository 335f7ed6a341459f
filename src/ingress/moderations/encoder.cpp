#include <algorithm>
#include <array>
#include <vector>

#include "../shared/whole_json_encoder.hpp"
#include "breakwater/ingress/moderations.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

/// OpenAI's, in its order. Typed clients expect all of them.
constexpr std::array<std::string_view, 13> kCategories{"harassment",
                                                       "harassment/threatening",
                                                       "sexual",
                                                       "hate",
                                                       "hate/threatening",
                                                       "illicit",
                                                       "illicit/violent",
                                                       "self-harm/intent",
                                                       "self-harm/instructions",
                                                       "self-harm",
                                                       "sexual/minors",
                                                       "violence",
                                                       "violence/graphic"};

/// OpenAI's categories, judged or not, and then those that only the provider has.
std::vector<ModerationCategory> complete(std::span<const ModerationCategory> judged) {
    std::vector<ModerationCategory> all;
    all.reserve(kCategories.size() + judged.size());
    for (const std::string_view name : kCategories) {
        const auto found = std::ranges::find(judged, name, &ModerationCategory::name);
        all.push_back(found == judged.end() ? ModerationCategory{.name = name} : *found);
    }
    for (const ModerationCategory& each : judged) {
        if (std::ranges::find(kCategories, each.name) == kCategories.end()) all.push_back(each);
    }
    return all;
}

void write_verdict(JsonWriter& json, const ModerationEvent& verdict) {
    const std::vector<ModerationCategory> categories = complete(verdict.categories);
    json.begin_object().field("flagged", verdict.flagged).key("categories").begin_object();
    for (const ModerationCategory& each : categories) json.field(each.name, each.flagged);
    json.end_object().key("category_scores").begin_object();
    for (const ModerationCategory& each : categories) json.field(each.name, each.score);
    json.end_object().key("category_applied_input_types").begin_object();
    for (const ModerationCategory& each : categories) {
        json.key(each.name).begin_array();
        if (each.text) json.string("text");
        if (each.image) json.string("image");
        json.end_array();
    }
    json.end_object().end_object();
}

class ModerationEncoder final : public ingress::WholeJsonEncoder {
public:
    explicit ModerationEncoder(EncoderContext&& context) : identity_(std::move(context)), json_(verdicts_) {}

private:
    void take(const StreamEvent& event) override {
        if (const auto* verdict = std::get_if<ModerationEvent>(&event)) write_verdict(json_, *verdict);
    }
    void end() override { out_ = moderation_answer(verdicts_, identity_); }

    EncoderContext identity_;
    std::string verdicts_;
    JsonWriter json_;
};

class PartEncoder final : public ResponseEncoder {
public:
    PartEncoder() : json_(out_) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* verdict = std::get_if<ModerationEvent>(&event)) write_verdict(json_, *verdict);
    }
    void head(HttpResponseHead& /*head*/) const override {}
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}

private:
    std::string out_;
    JsonWriter json_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_moderation_encoder(EncoderContext&& context) {
    return std::make_unique<ModerationEncoder>(std::move(context));
}

std::unique_ptr<ResponseEncoder> make_moderation_part_encoder() {
    return std::make_unique<PartEncoder>();
}

std::string moderation_answer(std::string_view verdicts, const EncoderContext& identity) {
    std::string out;
    out.reserve(verdicts.size() + identity.response_id.size() + identity.model.size() + 64);
    JsonWriter json(out);
    json.begin_object().field("id", identity.response_id).field("model", identity.model);
    json.key("results").begin_array().raw(verdicts).end_array().end_object();
    return out;
}

}  // namespace breakwater
