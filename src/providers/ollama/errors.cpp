#include "errors.hpp"

#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::ollama {

namespace {

/// The server has no codes, only sentences; these mean more than their status, or come without one.
std::optional<ErrorKind> kind_of(const UpstreamFacts& facts) {
    const std::string_view message = facts.message;
    if (icontains(message, "try pulling it first")) return ErrorKind::upstream_model_missing;
    if (icontains(message, "maximum pending requests exceeded")) return ErrorKind::overloaded;
    // tools, thinking, chat, images ...: what the model is, not what the request says.
    if (facts.status == 400 && icontains(message, "does not support")) return ErrorKind::unsupported_parameter;
    return std::nullopt;
}

Error classify(ProviderError error, const ErrorContext& context) {
    if (error.facts.request_id.empty()) error.facts.request_id = context.request_id;
    const std::optional<ErrorKind> kind = kind_of(error.facts);
    if (kind) return provider_error_of(*kind, std::move(error), context.retry_after);
    return classify_provider_error(std::move(error), context.retry_after);
}

}  // namespace

Error answer_error(std::string_view body, const ErrorContext& context) {
    return classify(read_provider_error(context.status, context.content_type, body), context);
}

Error in_band_error(JsonReader::Element object, const ErrorContext& context) {
    return classify(read_provider_error(context.status, object), context);
}

}  // namespace breakwater::ollama
