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

class ModerationEncoder final : public ingress::WholeJsonEncoder {
public:
    explicit ModerationEncoder(EncoderContext&& context)
        : id_(std::move(context.response_id)), model_(std::move(context.model)), json_(results_) {
        json_.begin_array();
    }

private:
    void take(const StreamEvent& event) override {
        if (const auto* verdict = std::get_if<ModerationEvent>(&event)) write(*verdict);
    }
    void end() override {
        json_.end_array();
        JsonWriter json(out_);
        json.begin_object().field("id", id_).field("model", model_).raw_field("results", results_).end_object();
    }

    void write(const ModerationEvent& verdict) {
        const std::vector<ModerationCategory> categories = complete(verdict.categories);
        json_.begin_object().field("flagged", verdict.flagged).key("categories").begin_object();
        for (const ModerationCategory& each : categories) json_.field(each.name, each.flagged);
        json_.end_object().key("category_scores").begin_object();
        for (const ModerationCategory& each : categories) json_.field(each.name, each.score);
        json_.end_object().key("category_applied_input_types").begin_object();
        for (const ModerationCategory& each : categories) {
            json_.key(each.name).begin_array();
            if (each.text) json_.string("text");
            if (each.image) json_.string("image");
            json_.end_array();
        }
        json_.end_object().end_object();
    }

    std::string id_;
    std::string model_;
    std::string results_;
    JsonWriter json_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_moderation_encoder(EncoderContext&& context) {
    return std::make_unique<ModerationEncoder>(std::move(context));
}

}  // namespace breakwater
