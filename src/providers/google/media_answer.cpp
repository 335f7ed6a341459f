#include "media_answer.hpp"

#include <string>

#include "../shared/bad_answer.hpp"
#include "../shared/error_body.hpp"
#include "finish.hpp"
#include "usage.hpp"

namespace breakwater::google {

void write_prompt(JsonWriter& json, std::string_view text) {
    json.key("contents").begin_array().begin_object().field("role", "user").key("parts").begin_array();
    json.begin_object().field("text", text).end_object().end_array().end_object().end_array();
}

std::unexpected<Error> filtered_answer(const Product& product, std::string_view reason) {
    std::string message = "The provider made no ";
    message.append(product.name).append(": ").append(sanitise_provider_text(reason, 200)).append(".");
    return fail(ErrorKind::content_policy, std::move(message), std::string(product.param));
}

std::unexpected<Error> without_candidates(JsonReader::Element root, const Product& product) {
    const auto feedback = get_object(root, "promptFeedback");
    const std::string reason = feedback ? block_word(*feedback).word : "";
    if (reason.empty()) return invalid_answer("neither a " + std::string(product.name) + " nor a reason");
    return filtered_answer(product, reason);
}

void emit_start(JsonReader::Element root, EventSink& sink) {
    sink.on_event(MessageStart{.id = get_string(root, "responseId").value_or(""),
                               .model = get_string(root, "modelVersion").value_or("")});
}

void emit_usage(JsonReader::Element root, EventSink& sink) {
    const auto counts = get_object(root, "usageMetadata");
    if (!counts) return;
    UsageCounter counter;
    counter.read(*counts);
    sink.on_event(UsageEvent{counter.usage()});
}

}  // namespace breakwater::google
