#include "error_context.hpp"

#include "retry_after.hpp"

namespace breakwater {

ErrorContext ErrorContext::of(const HttpResponseHead& head) {
    return {.status = head.status,
            .content_type = std::string(head.headers.get("content-type")),
            .request_id = upstream_request_id(head.headers),
            .retry_after = retry_after_of(head.headers)};
}

Error classified_answer(ProviderError found, const ErrorContext& context, ErrorScope scope, ErrorWords details) {
    if (found.facts.request_id.empty()) found.facts.request_id = context.request_id;
    return classify_provider_error(std::move(found), context.retry_after, scope, details);
}

}  // namespace breakwater
