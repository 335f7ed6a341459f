#include "moderations.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "../shared/bad_answer.hpp"
#include "../shared/data_uri.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/whole_answer.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

constexpr std::size_t kCategoriesMax = 256;
constexpr std::size_t kTypesMax = 8;

/// Whether the object has no more members than a verdict has categories.
bool is_bounded(Element object) noexcept {
    JsonReader::Object members;
    return object.get(members) && members.size() <= kCategoriesMax;
}

/// What Mistral calls categories that OpenAI has as well.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOtherNames{{
    {"hate_and_discrimination", "hate"},
    {"violence_and_threats", "violence"},
    {"selfharm", "self-harm"},
    {"dangerous_and_criminal_content", "illicit"},
}};

std::string_view canonical_name(std::string_view name) noexcept {
    const auto found = std::ranges::find(kOtherNames, name, &decltype(kOtherNames)::value_type::first);
    return found == kOtherNames.end() ? name : found->second;
}

bool has_picture(const ModerationRequest& request) noexcept {
    return std::ranges::any_of(request.parts, [](const ModerationPart& part) { return part.image.has_value(); });
}

bool has_text(const ModerationRequest& request) noexcept {
    return std::ranges::any_of(request.parts, [](const ModerationPart& part) { return !part.image; });
}

class ModerationDecoder final : public WholeAnswerDecoder {
public:
    explicit ModerationDecoder(const ModerationRequest& request)
        : inputs_(request.inputs()), text_(has_text(request)), image_(has_picture(request)) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto results = get_array(root, "results");
        if (!results) return invalid_answer("JSON without a list of verdicts");
        if (results->size() != inputs_) return invalid_answer("another number of verdicts than there were inputs");
        sink.on_event(
            MessageStart{.id = get_string(root, "id").value_or(""), .model = get_string(root, "model").value_or("")});
        std::uint32_t index = 0;
        for (const Element result : *results) {
            if (auto done = read_verdict(result, index++, sink); !done) return done;
        }
        if (const auto counts = get_object(root, "usage")) {
            if (auto usage = read_embedding_usage(*counts)) sink.on_event(UsageEvent{*usage});
        }
        return {};
    }

    Result<void> read_verdict(Element result, std::uint32_t index, EventSink& sink) {
        const auto flags = get_object(result, "categories");
        JsonReader::Object members;
        if (!flags || !flags->get(members)) return invalid_answer("a verdict without categories");
        const auto scores = get_object(result, "category_scores");
        const auto applied = get_object(result, "category_applied_input_types");
        // For each category its score and types are looked up.
        if (!is_bounded(*flags) || (scores && !is_bounded(*scores)) || (applied && !is_bounded(*applied)))
            return invalid_answer("more categories than a verdict can have");
        categories_.clear();
        bool any = false;
        for (const auto member : members) {
            bool flagged = false;
            if (!member.value.get(flagged)) continue;
            any = any || flagged;
            const auto score = scores ? get_double(*scores, member.key) : std::nullopt;
            ModerationCategory category{
                .name = canonical_name(member.key), .flagged = flagged, .score = score.value_or(flagged ? 1 : 0)};
            note_inputs(category, applied, member.key);
            categories_.push_back(category);
        }
        if (categories_.empty()) return invalid_answer("a verdict without categories");
        sink.on_event(ModerationEvent{
            .index = index, .flagged = get_bool(result, "flagged").value_or(any), .categories = categories_});
        return {};
    }

    /// Who does not say what was judged has judged all that was sent.
    void note_inputs(ModerationCategory& category, const std::optional<Element>& applied, std::string_view key) const {
        const auto types = applied ? get_array(*applied, key) : std::nullopt;
        category.text = !types && text_;
        category.image = !types && image_;
        if (!types) return;
        std::size_t seen = 0;
        for (const Element type : *types) {
            if (seen++ == kTypesMax) break;
            std::string_view word;
            if (!type.get(word)) continue;
            category.text = category.text || word == "text";
            category.image = category.image || word == "image";
        }
    }

    std::size_t inputs_;
    bool text_;
    bool image_;
    std::vector<ModerationCategory> categories_;
};

void write_part(JsonWriter& json, const ModerationPart& part) {
    json.begin_object().field("type", part.image ? "image_url" : "text");
    if (part.image) {
        const ImagePart& image = *part.image;
        json.key("image_url").begin_object();
        json.key("url");
        write_media_url(json, image.url, image.media_type, image.data.string());
        json.end_object();
    } else {
        json.field("text", part.text);
    }
    json.end_object();
}

/// The texts of one input, for models that know no parts.
std::string joined(const ModerationRequest& request) {
    std::string text;
    for (const ModerationPart& part : request.parts) {
        if (part.image) continue;
        if (!text.empty()) text += '\n';
        text += part.text;
    }
    return text;
}

void write_input(JsonWriter& json, const ModerationRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    const bool pictures = context.deployment.capabilities.supports(Feature::image_input);
    if (!pictures && has_picture(request))
        notes.lose("input", "The model " + context.deployment.model + " judges texts, not pictures.");
    json.key("input").begin_array();
    if (request.together && !pictures) {
        notes.record("input", AdaptAction::mapped);
        json.string(joined(request));
    } else {
        for (const ModerationPart& part : request.parts) {
            if (request.together) {
                write_part(json, part);
            } else {
                json.string(part.text);
            }
        }
    }
    json.end_array();
}

}  // namespace

Result<ProviderCall> encode_moderation(const ModerationRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model);
    write_input(json, request, context, notes);
    for (const auto& [name, value] : request.extensions) {
        if (quirks.official) {
            notes.change(name, AdaptAction::dropped);
        } else {
            json.raw_field(name, value);
        }
    }
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<ModerationDecoder>(request);
    return call;
}

}  // namespace breakwater::openai
