#include "account.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kMetadataMax = 16;
constexpr std::size_t kMetadataBytesMax = 256;  // of a key or a value

bool is_metadata_text(std::string_view text) {
    return text.size() <= kMetadataBytesMax && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      std::string_view(" :_@$#=/+,-.").find(c) != std::string_view::npos;
           });
}

// The vendor logs these pairs, and takes short ones of a plain alphabet only.
void write_metadata(JsonWriter& writer, std::string_view metadata, EncodeNotes& notes) {
    if (metadata.empty()) return;
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(metadata);
    JsonReader::Object object;
    std::vector<std::pair<std::string_view, std::string_view>> kept;
    std::size_t members = 1;
    if (parsed && parsed->get(object)) {
        members = object.size();
        for (const auto& [key, value] : object) {
            std::string_view text;
            const bool fits = value.get(text) && !key.empty() && is_metadata_text(key) && is_metadata_text(text) &&
                              kept.size() < kMetadataMax;
            if (fits) kept.emplace_back(key, text);
        }
    }
    if (kept.size() < members) notes.change("metadata", AdaptAction::dropped);
    if (kept.empty()) return;
    writer.key("requestMetadata").begin_object();
    for (const auto& [key, text] : kept) writer.field(key, text);
    writer.end_object();
}

void write_service_tier(JsonWriter& writer, std::string_view tier, EncodeNotes& notes) {
    static constexpr std::array<std::string_view, 4> kTiers{"priority", "default", "flex", "reserved"};
    if (tier.empty() || tier == "auto") return;
    if (std::ranges::find(kTiers, tier) == kTiers.end()) return notes.change("service_tier", AdaptAction::dropped);
    writer.key("serviceTier").begin_object().field("type", tier).end_object();
}

}  // namespace

void write_account_fields(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes) {
    write_metadata(writer, request.metadata, notes);
    write_service_tier(writer, request.service_tier, notes);
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    if (!request.safety_identifier.empty()) notes.record("safety_identifier", AdaptAction::dropped);
    if (request.store.value_or(false)) notes.change("store", AdaptAction::dropped);
    if (!request.verbosity.empty()) notes.change("verbosity", AdaptAction::dropped);
    if (!request.prediction.empty()) notes.change("prediction", AdaptAction::dropped);
    if (!request.prompt_cache_key.empty()) notes.change("prompt_cache_key", AdaptAction::dropped);
    if (!request.prompt_cache_retention.empty()) notes.change("prompt_cache_retention", AdaptAction::dropped);
    if (!request.prompt_cache_options.empty()) notes.change("prompt_cache_options", AdaptAction::dropped);
    if (!request.moderation.empty()) notes.change("moderation", AdaptAction::dropped);
}

}  // namespace breakwater::bedrock
