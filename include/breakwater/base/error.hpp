#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/boxed.hpp"

namespace breakwater {

/// What went wrong, independent of any dialect. Each kind has one row in `error_traits()`; docs/errors.md has a section
/// per code. Add a kind only when a client or an operator would act differently on it.
enum class ErrorKind : std::uint8_t {
    // The client's request.
    invalid_request,        ///< malformed body or a value that no model takes
    unsupported_parameter,  ///< the routed model cannot do what was asked (C7, mode strict, or a semantic field)
    context_length,         ///< the prompt does not fit the model
    content_policy,         ///< the provider refused the content
    unauthorized,           ///< the client's key is missing or wrong
    forbidden,              ///< the client's key may not do this
    not_found,              ///< no such path
    model_not_found,        ///< no such route or deployment
    method_not_allowed,
    request_too_large,
    unsupported_media_type,
    request_timeout,   ///< the client did not send its request in time
    constraint_unmet,  ///< no candidate meets the constraints of route and request
    // Limits and load.
    rate_limited,
    quota_exhausted,
    overloaded,
    shutting_down,
    // The provider's side.
    upstream_auth,  ///< the provider refused the gateway's credential
    upstream_permission,
    upstream_billing,
    upstream_model_missing,  ///< the provider does not know the deployment's model
    upstream_dns,
    upstream_connect,
    upstream_tls,
    upstream_timeout,    ///< connect, head, first content token or total timer
    upstream_stalled,    ///< the gap timer, after content had begun
    upstream_truncated,  ///< the answer ended before its end
    upstream_invalid,    ///< bytes that are not the provider's dialect
    upstream_error,      ///< 5xx and unclassified provider failures
    // Our own.
    cancelled,  ///< the client went away; never written to a client
    internal,
};

/// Where another attempt may help.
enum class Failover : std::uint8_t {
    never,           ///< any other deployment would refuse as well, or must not be asked
    elsewhere,       ///< another deployment, never the same one
    same_once,       ///< likely transient: the same deployment once more, then another
    larger_context,  ///< only a deployment with a larger context window
};

/// The fixed facts about a kind.
struct ErrorTraits {
    int status;             ///< HTTP status towards clients, 400..599
    std::string_view type;  ///< coarse class, in the words of the OpenAI error object
    std::string_view code;  ///< stable, documented code
    Failover failover;
    bool client_should_retry;  ///< rendered as x-should-retry
};

const ErrorTraits& error_traits(ErrorKind kind) noexcept;
std::string_view to_string(ErrorKind kind) noexcept;

/// What the provider itself said, kept beside our own words (C9). All text is sanitised by `sanitise_provider_text`.
struct UpstreamFacts {
    int status = 0;  ///< 0: there was no HTTP answer
    std::string type;
    std::string code;
    std::string message;
    std::string request_id;
};

/// An expected failure. Never holds secrets, header values or upstream URLs. Cheap to move.
/// Thread rule: a value.
struct Error {
    Error(ErrorKind k, std::string m) : kind(k), message(std::move(m)) {}
    Error(ErrorKind k, std::string m, std::string p) : kind(k), message(std::move(m)), param(std::move(p)) {}

    /// The stable code: `code` when set, else the kind's.
    [[nodiscard]] std::string_view code_or_default() const noexcept {
        return code.empty() ? error_traits(kind).code : std::string_view(code);
    }
    [[nodiscard]] int status() const noexcept { return error_traits(kind).status; }

    ErrorKind kind;
    std::string message;
    std::string param;  ///< JSON path of the field at fault, or empty
    std::string code;   ///< finer than the kind's code ("invalid_type", "missing_required_parameter"), or empty
    std::optional<std::chrono::milliseconds> retry_after;
    std::optional<bool> should_retry;  ///< overrides the kind's `client_should_retry`
    Boxed<UpstreamFacts> upstream;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string param = {}) {
    return std::unexpected(Error(kind, std::move(message), std::move(param)));
}

/// Makes provider text fit to be shown: markup and control characters stripped, valid UTF-8, keys (`sk-...`,
/// `nvapi-...`, `hf_...`, `AIza...`, bearer tokens) replaced by `***`, cut to `max_bytes` at a character border.
std::string sanitise_provider_text(std::string_view text, std::size_t max_bytes = 500);

}  // namespace breakwater
