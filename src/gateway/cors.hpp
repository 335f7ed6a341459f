#pragma once

#include <string>

#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// What the answers to one request let a browser do (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). A value;
/// borrows from the configuration, never from the client.
struct CorsGrant {
    const std::string* origin = nullptr;  ///< that may read the answer, or "*"; null: none
    bool varies = false;                  ///< another origin gets another answer
};

/// What the sender of these headers is granted; nothing where `origins` is empty. `headers` null: they are not known.
CorsGrant cors_grant(const config::Cors& cors, const Headers* headers);

/// Of pages that may not: ErrorKind::forbidden.
Error foreign_origin();

/// For requests that a browser sends without asking first. Errors: forbidden for those of pages of another origin,
/// unless the configuration lets it in.
Result<void> check_origin(const Headers& headers, const config::Cors& cors);

/// A browser's question whether a page may send a request.
bool is_preflight(const HttpRequest& head) noexcept;

/// For every answer, errors too. Keys come in headers that scripts set, so no credentials of the browser's are let in.
void add_cors(Headers& headers, const CorsGrant& grant);

/// What the answer to a preflight has besides.
void add_preflight(Headers& headers, const config::Cors& cors);

}  // namespace breakwater
