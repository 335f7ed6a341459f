#include "error_context.hpp"

#include "error_body.hpp"
#include "retry_after.hpp"

namespace breakwater {

ErrorContext ErrorContext::of(const HttpResponseHead& head) {
    return {.status = head.status,
            .content_type = std::string(head.headers.get("content-type")),
            .request_id = upstream_request_id(head.headers),
            .retry_after = retry_after_of(head.headers)};
}

}  // namespace breakwater
