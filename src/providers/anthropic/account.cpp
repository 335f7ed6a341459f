#include "account.hpp"

#include <cstdio>
#include <optional>

#include "breakwater/base/random.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::size_t kUserIdMax = 256;

std::string fingerprint(std::string_view text) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(fnv1a(text)));
    return std::string("user-") + digits;
}

// The vendor asks for an opaque id: what looks like an address does not leave the gateway.
void write_user(JsonWriter& writer, std::string_view user, std::string_view field, EncodeNotes& notes) {
    const bool opaque = user.find('@') == std::string_view::npos && user.size() <= kUserIdMax;
    if (!opaque) notes.record(std::string(field), AdaptAction::mapped);
    writer.key("metadata").begin_object().field("user_id", opaque ? std::string(user) : fingerprint(user)).end_object();
}

void write_metadata(JsonWriter& writer, const ChatRequest& request, EncodeNotes& notes) {
    std::optional<std::string> own_user;  // metadata of this API's own shape: {"user_id": ...}
    if (!request.metadata.empty()) {
        JsonReader reader;
        const Result<JsonReader::Element> metadata = reader.parse(request.metadata);
        if (metadata) own_user = get_string(*metadata, "user_id");
        if (!own_user) notes.change("metadata", AdaptAction::dropped);
    }
    if (!request.safety_identifier.empty()) {
        if (!request.user.empty() && request.user != request.safety_identifier)
            notes.record("user", AdaptAction::dropped);
        write_user(writer, request.safety_identifier, "safety_identifier", notes);
    } else if (!request.user.empty()) {
        write_user(writer, request.user, "user", notes);
    } else if (own_user) {
        write_user(writer, *own_user, "metadata", notes);
    }
}

void write_service_tier(JsonWriter& writer, std::string_view tier, EncodeNotes& notes) {
    if (tier.empty()) return;
    if (tier == "auto" || tier == "standard_only") {
        writer.field("service_tier", tier);
    } else if (tier == "priority" || tier == "default") {
        writer.field("service_tier", tier == "priority" ? "auto" : "standard_only");
        notes.record("service_tier", AdaptAction::mapped);
    } else {
        notes.change("service_tier", AdaptAction::dropped);
    }
}

}  // namespace

void write_account_fields(JsonWriter& writer, const ChatRequest& request, bool has_tiers, EncodeNotes& notes) {
    write_metadata(writer, request, notes);
    if (has_tiers) {
        write_service_tier(writer, request.service_tier, notes);
    } else if (!request.service_tier.empty()) {
        notes.change("service_tier", AdaptAction::dropped);
    }
    if (request.store.value_or(false)) notes.change("store", AdaptAction::dropped);
    if (!request.verbosity.empty()) notes.change("verbosity", AdaptAction::dropped);
    if (!request.prediction.empty()) notes.change("prediction", AdaptAction::dropped);
    if (!request.prompt_cache_key.empty()) notes.change("prompt_cache_key", AdaptAction::dropped);
    if (!request.prompt_cache_retention.empty()) notes.change("prompt_cache_retention", AdaptAction::dropped);
    if (!request.prompt_cache_options.empty()) notes.change("prompt_cache_options", AdaptAction::dropped);
    if (!request.moderation.empty()) notes.change("moderation", AdaptAction::dropped);
}

}  // namespace breakwater::anthropic
