#include "errors.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../shared/error_body.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai_responses {
namespace {

using Code = std::pair<std::string_view, ErrorKind>;

// `error.code` of a failed response. There is no status beside it, so the code alone has to tell whose fault it is; the
// words that other APIs use too are in the shared table.
constexpr std::array kCodes{
    Code{"bio_policy", ErrorKind::content_policy},
    Code{"cyber_policy", ErrorKind::content_policy},
    Code{"image_content_policy_violation", ErrorKind::content_policy},
    Code{"data_residency_mismatch", ErrorKind::upstream_permission},
    Code{"vector_store_timeout", ErrorKind::upstream_timeout},
    Code{"image_file_too_large", ErrorKind::invalid_request},
    Code{"image_too_large", ErrorKind::invalid_request},
    Code{"image_too_small", ErrorKind::invalid_request},
    Code{"image_parse_error", ErrorKind::invalid_request},
    Code{"image_file_not_found", ErrorKind::invalid_request},
    Code{"invalid_image", ErrorKind::invalid_request},
    Code{"invalid_image_format", ErrorKind::invalid_request},
    Code{"invalid_image_mode", ErrorKind::invalid_request},
    Code{"invalid_image_url", ErrorKind::invalid_request},
    Code{"invalid_base64_image", ErrorKind::invalid_request},
    Code{"unsupported_image_media_type", ErrorKind::invalid_request},
    Code{"empty_image_file", ErrorKind::invalid_request},
    Code{"failed_to_download_image", ErrorKind::invalid_request},
};

std::optional<ErrorKind> kind_of(const UpstreamFacts& facts) {
    const auto found = std::ranges::find(kCodes, std::string_view(facts.code), &Code::first);
    return found == kCodes.end() ? std::nullopt : std::optional(found->second);
}

Error classify(ProviderError error, const ErrorContext& context) {
    UpstreamFacts& facts = error.facts;
    if (facts.request_id.empty()) facts.request_id = context.request_id;
    const std::optional<ErrorKind> kind = kind_of(facts);
    if (kind) return provider_error_of(*kind, std::move(error), context.retry_after);
    const bool prompt = facts.code == "invalid_prompt";
    Error result = classify_provider_error(std::move(error), context.retry_after);
    // Most of the prompts that it calls invalid were flagged, which the words tell; the others are malformed.
    if (prompt && result.kind == ErrorKind::upstream_error) {
        return upstream_error_of(ErrorKind::invalid_request, std::move(*result.upstream), context.retry_after);
    }
    return result;
}

}  // namespace

Error answer_error(std::string_view body, const ErrorContext& context) {
    return classify(read_provider_error(context.status, context.content_type, body), context);
}

Error in_band_error(JsonReader::Element object, const ErrorContext& context) {
    const auto inner = get_object(object, "error");
    ProviderError error = read_provider_error(context.status, inner.value_or(object));
    // Without an error inside, `type` and `status` are words about the object itself.
    if (!inner) error.facts.type.clear();
    return classify(std::move(error), context);
}

}  // namespace breakwater::openai_responses
