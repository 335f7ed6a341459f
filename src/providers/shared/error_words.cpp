#include "error_words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/close_words.hpp"

namespace breakwater {
namespace {

using Word = std::pair<std::string_view, ErrorKind>;

// An open set, gathered from guides, sources and recorded answers: a word that is missing here falls back to the
// status.
constexpr std::array kWords{
    Word{"context_length_exceeded", ErrorKind::context_length},
    Word{"exceed_context_size_error", ErrorKind::context_length},
    Word{"model_max_prompt_tokens_exceeded", ErrorKind::context_length},
    Word{"content_filter", ErrorKind::content_policy},
    Word{"content_policy_violation", ErrorKind::content_policy},
    Word{"moderation_blocked", ErrorKind::content_policy},
    Word{"data_inspection_failed", ErrorKind::content_policy},
    Word{"ResponsibleAIPolicyViolation", ErrorKind::content_policy},
    Word{"rate_limit_exceeded", ErrorKind::rate_limited},
    Word{"rate_limit_error", ErrorKind::rate_limited},
    Word{"rate_limit_reached_error", ErrorKind::rate_limited},
    Word{"rate_limited", ErrorKind::rate_limited},
    Word{"too_many_requests", ErrorKind::rate_limited},
    Word{"too_many_requests_error", ErrorKind::rate_limited},
    Word{"request_quota_exceeded", ErrorKind::rate_limited},
    Word{"token_quota_exceeded", ErrorKind::rate_limited},
    Word{"tokens", ErrorKind::rate_limited},
    Word{"requests", ErrorKind::rate_limited},
    Word{"slow_down", ErrorKind::rate_limited},
    Word{"insufficient_quota", ErrorKind::upstream_billing},
    Word{"insufficient_balance", ErrorKind::upstream_billing},
    Word{"credit_balance_exhausted", ErrorKind::upstream_billing},
    Word{"organization_spend_limit_exceeded", ErrorKind::upstream_billing},
    Word{"project_spend_limit_exceeded", ErrorKind::upstream_billing},
    Word{"organization_usage_limit_exceeded", ErrorKind::quota_exhausted},
    Word{"exceeded_current_quota_error", ErrorKind::upstream_billing},
    Word{"billing_hard_limit_reached", ErrorKind::upstream_billing},
    Word{"billing_not_active", ErrorKind::upstream_billing},
    Word{"billing_error", ErrorKind::upstream_billing},
    Word{"Arrearage", ErrorKind::upstream_billing},
    Word{"invalid_api_key", ErrorKind::upstream_auth},
    Word{"wrong_api_key", ErrorKind::upstream_auth},
    Word{"incorrect_api_key", ErrorKind::upstream_auth},
    Word{"authentication_error", ErrorKind::upstream_auth},
    Word{"invalid_authentication_error", ErrorKind::upstream_auth},
    Word{"UNAUTHENTICATED", ErrorKind::upstream_auth},
    Word{"token_expired", ErrorKind::upstream_auth},
    Word{"permission_denied", ErrorKind::upstream_permission},
    Word{"permission_error", ErrorKind::upstream_permission},
    Word{"unsupported_country_region_territory", ErrorKind::upstream_permission},
    Word{"model_not_found", ErrorKind::upstream_model_missing},
    Word{"DeploymentNotFound", ErrorKind::upstream_model_missing},
    Word{"invalid_model", ErrorKind::upstream_model_missing},
    Word{"unknown_model", ErrorKind::upstream_model_missing},
    Word{"model_decommissioned", ErrorKind::upstream_model_missing},
    Word{"overloaded_error", ErrorKind::overloaded},
    Word{"overloaded", ErrorKind::overloaded},
    Word{"server_is_overloaded", ErrorKind::overloaded},
    Word{"engine_overloaded_error", ErrorKind::overloaded},
    Word{"service_unavailable_error", ErrorKind::overloaded},
    Word{"service_unavailable", ErrorKind::overloaded},
    Word{"unavailable_error", ErrorKind::overloaded},
    Word{"UNAVAILABLE", ErrorKind::overloaded},
    Word{"service_tier_capacity_exceeded", ErrorKind::overloaded},
    Word{"queue_exceeded", ErrorKind::overloaded},
    Word{"timeout_error", ErrorKind::upstream_timeout},
    Word{"DEADLINE_EXCEEDED", ErrorKind::upstream_timeout},
    Word{"unsupported_parameter", ErrorKind::unsupported_parameter},
    Word{"unsupported_value", ErrorKind::unsupported_parameter},
    Word{"not_supported_error", ErrorKind::unsupported_parameter},
    // AWS names exceptions, which begin in lower case where they come in a stream.
    Word{"AccessDeniedException", ErrorKind::upstream_permission},
    Word{"OptInRequired", ErrorKind::upstream_permission},
    Word{"UnrecognizedClientException", ErrorKind::upstream_auth},
    Word{"InvalidSignatureException", ErrorKind::upstream_auth},
    Word{"SignatureDoesNotMatch", ErrorKind::upstream_auth},
    Word{"InvalidClientTokenId", ErrorKind::upstream_auth},
    Word{"ExpiredTokenException", ErrorKind::upstream_auth},
    Word{"IncompleteSignature", ErrorKind::upstream_auth},
    Word{"IncompleteSignatureException", ErrorKind::upstream_auth},
    Word{"MissingAuthenticationToken", ErrorKind::upstream_auth},
    Word{"MissingAuthenticationTokenException", ErrorKind::upstream_auth},
    Word{"ResourceNotFoundException", ErrorKind::upstream_model_missing},
    Word{"ThrottlingException", ErrorKind::rate_limited},
    Word{"TooManyRequestsException", ErrorKind::rate_limited},
    Word{"ServiceQuotaExceededException", ErrorKind::quota_exhausted},
    Word{"ModelNotReadyException", ErrorKind::overloaded},
    Word{"ServiceUnavailableException", ErrorKind::overloaded},
    Word{"ModelTimeoutException", ErrorKind::upstream_timeout},
    Word{"ModelErrorException", ErrorKind::upstream_error},
    Word{"ModelStreamErrorException", ErrorKind::upstream_error},
    Word{"InternalServerException", ErrorKind::upstream_error},
};

constexpr std::array kGenericWords{
    Word{"invalid_request_error", ErrorKind::invalid_request},
    Word{"invalid_request", ErrorKind::invalid_request},
    Word{"BadRequestError", ErrorKind::invalid_request},
    Word{"INVALID_ARGUMENT", ErrorKind::invalid_request},
    Word{"validation", ErrorKind::invalid_request},
    Word{"not_found_error", ErrorKind::upstream_model_missing},
    Word{"NotFoundError", ErrorKind::upstream_model_missing},
    Word{"RESOURCE_EXHAUSTED", ErrorKind::rate_limited},
    Word{"server_error", ErrorKind::upstream_error},
    Word{"api_error", ErrorKind::upstream_error},
    Word{"InternalServerError", ErrorKind::upstream_error},
};

constexpr std::size_t kMessageBytesMax = 2048;

bool says_any(std::string_view message, std::span<const std::string_view> phrases) noexcept {
    return std::ranges::any_of(phrases, [&](std::string_view phrase) { return icontains(message, phrase); });
}

bool too_long(std::string_view message) noexcept {
    static constexpr std::array<std::string_view, 24> kPhrases{
        "context length",
        "context_length",
        "maximum context",
        "max context",
        "context window",
        "context limit",
        "available context size",
        "model's context",
        "prompt is too long",
        "prompt too long",
        "input is too long",
        "too many tokens",
        "too many input tokens",
        "input tokens exceed",
        "input token count",
        "exceeds the maximum number of tokens",
        "exceed model maximum",
        "max_new_tokens` must be <=",
        "must have less than",
        "expected maxlength",
        "prompt: length: 1",
        "reduce the length of the messages",
        "reduce the length of the prompt",
        "maximum prompt length",
    };
    // Bedrock's throttling counts tokens too, and a limit on the answer is no limit on the prompt.
    return says_any(message, kPhrases) && !icontains(message, "please wait") &&
           !icontains(message, "max tokens must be");
}

constexpr std::array<std::string_view, 7> kPolicy{"content management policy",
                                                  "content filtering policy",
                                                  "content policy",
                                                  "usage policy",
                                                  "usage policies",
                                                  "safety system",
                                                  "was flagged"};
constexpr std::array<std::string_view, 6> kAuth{"incorrect api key", "invalid api key",
                                                "api key not valid", "api key expired",
                                                "api_key_invalid",   "api key was reported as leaked"};
constexpr std::array<std::string_view, 12> kBilling{"exceeded your current quota",
                                                    "insufficient balance",
                                                    "insufficient quota",
                                                    "insufficient credit",
                                                    "credit balance",
                                                    "spending limit",
                                                    "spend limit",
                                                    "out of credits",
                                                    "more credits",
                                                    "billing",
                                                    "payment required",
                                                    "usage limit"};
constexpr std::array<std::string_view, 9> kModel{
    "invalid model",       "unknown model",     "model not found", "no such model",
    "api model names",     "not a valid model", "decommissioned",  "model identifier is invalid",
    "on-demand throughput"};
constexpr std::array<std::string_view, 5> kOverload{"overloaded", "high demand", "at capacity", "no capacity",
                                                    "currently busy"};
constexpr std::array<std::string_view, 4> kRate{"rate limit", "rate-limit", "rate_limit", "too many requests"};

// Too common for bodies of HTTP, whose status says more than the code of a Close frame.
constexpr std::array<std::string_view, 2> kMissing{"is not found", "was not found"};
constexpr std::array<std::string_view, 2> kModelNames{"models/", "publisher model"};

}  // namespace

std::optional<ErrorKind> kind_of_word(std::string_view word, bool generic) noexcept {
    if (word.empty()) return std::nullopt;
    const std::span<const Word> words = generic ? std::span<const Word>(kGenericWords) : std::span<const Word>(kWords);
    const auto found = std::ranges::find_if(words, [&](const Word& known) { return iequals(known.first, word); });
    if (found == words.end()) return std::nullopt;
    return found->second;
}

std::optional<ErrorKind> kind_of_message(std::string_view message, int status) noexcept {
    message = message.substr(0, kMessageBytesMax);
    const bool unknown = status < 400;
    const bool refused = unknown || status == 400 || status == 403 || status == 413 || status == 422;
    if ((refused || status == 500) && too_long(message)) return ErrorKind::context_length;
    if (refused && says_any(message, kPolicy)) return ErrorKind::content_policy;
    if (refused && says_any(message, kAuth)) return ErrorKind::upstream_auth;
    // A plain rate limit advertises the vendor's billing page.
    const bool rate = says_any(message, kRate);
    if ((refused || status == 429) && !rate && says_any(message, kBilling)) return ErrorKind::upstream_billing;
    if (refused && says_any(message, kModel)) return ErrorKind::upstream_model_missing;
    if ((unknown || status == 500 || status == 502) && says_any(message, kOverload)) return ErrorKind::overloaded;
    if (unknown && rate) return ErrorKind::rate_limited;
    return std::nullopt;
}

std::optional<ErrorKind> kind_of_close_words(std::string_view reason, bool of_payload) noexcept {
    const auto begins = [reason](std::string_view name) { return iequals(reason.substr(0, name.size()), name); };
    if (says_any(reason, kMissing) && (!of_payload || std::ranges::any_of(kModelNames, begins)))
        return ErrorKind::upstream_model_missing;
    if (icontains(reason, "location is not supported")) return ErrorKind::upstream_permission;
    if (icontains(reason, "currently unavailable")) return ErrorKind::overloaded;
    return std::nullopt;
}

}  // namespace breakwater
