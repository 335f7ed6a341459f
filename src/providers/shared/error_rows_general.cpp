#include <array>

#include "error_table.hpp"

namespace breakwater {
namespace {

using Word = std::string_view;

// Words of `code` and `type`: an open set, gathered from guides, sources and recorded answers. One that is missing here
// falls back to the message and the status.
constexpr std::array kContextWords{Word("context_length_exceeded"), Word("exceed_context_size_error"),
                                   Word("model_max_prompt_tokens_exceeded")};
constexpr std::array kPolicyWords{Word("content_filter"), Word("content_policy_violation"), Word("moderation_blocked"),
                                  Word("data_inspection_failed"), Word("ResponsibleAIPolicyViolation")};
constexpr std::array kRateWords{Word("rate_limit_exceeded"),
                                Word("rate_limit_error"),
                                Word("rate_limit_reached_error"),
                                Word("rate_limited"),
                                Word("too_many_requests"),
                                Word("too_many_requests_error"),
                                Word("request_quota_exceeded"),
                                Word("token_quota_exceeded"),
                                Word("tokens"),
                                Word("requests"),
                                Word("slow_down"),
                                Word("ThrottlingException"),
                                Word("TooManyRequestsException")};
constexpr std::array kBillingWords{Word("insufficient_quota"),
                                   Word("insufficient_balance"),
                                   Word("credit_balance_exhausted"),
                                   Word("organization_spend_limit_exceeded"),
                                   Word("project_spend_limit_exceeded"),
                                   Word("exceeded_current_quota_error"),
                                   Word("billing_hard_limit_reached"),
                                   Word("billing_not_active"),
                                   Word("billing_error"),
                                   Word("Arrearage")};
constexpr std::array kQuotaWords{Word("organization_usage_limit_exceeded"), Word("ServiceQuotaExceededException")};
constexpr std::array kAuthWords{Word("invalid_api_key"),
                                Word("wrong_api_key"),
                                Word("incorrect_api_key"),
                                Word("authentication_error"),
                                Word("invalid_authentication_error"),
                                Word("UNAUTHENTICATED"),
                                Word("token_expired"),
                                Word("UnrecognizedClientException"),
                                Word("InvalidSignatureException"),
                                Word("SignatureDoesNotMatch"),
                                Word("InvalidClientTokenId"),
                                Word("ExpiredTokenException"),
                                Word("IncompleteSignature"),
                                Word("IncompleteSignatureException"),
                                Word("MissingAuthenticationToken"),
                                Word("MissingAuthenticationTokenException")};
constexpr std::array kPermissionWords{Word("permission_denied"), Word("permission_error"),
                                      Word("unsupported_country_region_territory"), Word("AccessDeniedException"),
                                      Word("OptInRequired")};
constexpr std::array kModelWords{Word("model_not_found"),      Word("DeploymentNotFound"),
                                 Word("invalid_model"),        Word("unknown_model"),
                                 Word("model_decommissioned"), Word("ResourceNotFoundException")};
constexpr std::array kOverloadWords{Word("overloaded_error"),
                                    Word("overloaded"),
                                    Word("server_is_overloaded"),
                                    Word("engine_overloaded_error"),
                                    Word("service_unavailable_error"),
                                    Word("service_unavailable"),
                                    Word("unavailable_error"),
                                    Word("UNAVAILABLE"),
                                    Word("service_tier_capacity_exceeded"),
                                    Word("queue_exceeded"),
                                    Word("ModelNotReadyException"),
                                    Word("ServiceUnavailableException")};
constexpr std::array kTimeoutWords{Word("timeout_error"), Word("DEADLINE_EXCEEDED"), Word("ModelTimeoutException")};
constexpr std::array kUnsupportedWords{Word("unsupported_parameter"), Word("unsupported_value"),
                                       Word("not_supported_error")};
constexpr std::array kFailureWords{Word("ModelErrorException"), Word("ModelStreamErrorException"),
                                   Word("InternalServerException")};

constexpr std::array kWords{
    ErrorRow{.kind = ErrorKind::context_length, .words = kContextWords},
    ErrorRow{.kind = ErrorKind::content_policy, .words = kPolicyWords},
    ErrorRow{.kind = ErrorKind::rate_limited, .words = kRateWords},
    ErrorRow{.kind = ErrorKind::upstream_billing, .words = kBillingWords},
    ErrorRow{.kind = ErrorKind::quota_exhausted, .words = kQuotaWords},
    ErrorRow{.kind = ErrorKind::upstream_auth, .words = kAuthWords},
    ErrorRow{.kind = ErrorKind::upstream_permission, .words = kPermissionWords},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .words = kModelWords},
    ErrorRow{.kind = ErrorKind::overloaded, .words = kOverloadWords},
    ErrorRow{.kind = ErrorKind::upstream_timeout, .words = kTimeoutWords},
    ErrorRow{.kind = ErrorKind::unsupported_parameter, .words = kUnsupportedWords},
    ErrorRow{.kind = ErrorKind::upstream_error, .words = kFailureWords},
};

constexpr std::array kWeakInvalidWords{Word("invalid_request_error"), Word("invalid_request"), Word("BadRequestError"),
                                       Word("INVALID_ARGUMENT"), Word("validation")};
constexpr std::array kWeakModelWords{Word("not_found_error"), Word("NotFoundError")};
constexpr std::array kWeakRateWords{Word("RESOURCE_EXHAUSTED")};
constexpr std::array kWeakFailureWords{Word("server_error"), Word("api_error"), Word("InternalServerError")};

constexpr std::array kWeakWords{
    ErrorRow{.kind = ErrorKind::invalid_request, .words = kWeakInvalidWords},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .words = kWeakModelWords},
    ErrorRow{.kind = ErrorKind::rate_limited, .words = kWeakRateWords},
    ErrorRow{.kind = ErrorKind::upstream_error, .words = kWeakFailureWords},
};

// Phrases that vendors use in messages.
constexpr std::array kLongPhrases{
    Word("context length"),
    Word("context_length"),
    Word("maximum context"),
    Word("max context"),
    Word("context window"),
    Word("context limit"),
    Word("available context size"),
    Word("model's context"),
    Word("prompt is too long"),
    Word("prompt too long"),
    Word("input is too long"),
    Word("too many tokens"),
    Word("too many input tokens"),
    Word("input tokens exceed"),
    Word("input token count"),
    Word("exceeds the maximum number of tokens"),
    Word("exceed model maximum"),
    Word("max_new_tokens` must be <="),
    Word("must have less than"),
    Word("expected maxlength"),
    Word("prompt: length: 1"),
    Word("reduce the length of the messages"),
    Word("reduce the length of the prompt"),
    Word("maximum prompt length"),
};
// Bedrock's throttling counts tokens too, and a limit on the answer is no limit on the prompt.
constexpr std::array kNotLongPhrases{Word("please wait"), Word("max tokens must be")};
constexpr std::array kPolicyPhrases{Word("content management policy"),
                                    Word("content filtering policy"),
                                    Word("content policy"),
                                    Word("usage policy"),
                                    Word("usage policies"),
                                    Word("safety system"),
                                    Word("was flagged")};
constexpr std::array kAuthPhrases{Word("incorrect api key"), Word("invalid api key"),
                                  Word("api key not valid"), Word("api key expired"),
                                  Word("api_key_invalid"),   Word("api key was reported as leaked")};
constexpr std::array kBillingPhrases{Word("exceeded your current quota"),
                                     Word("insufficient balance"),
                                     Word("insufficient quota"),
                                     Word("insufficient credit"),
                                     Word("credit balance"),
                                     Word("spending limit"),
                                     Word("spend limit"),
                                     Word("out of credits"),
                                     Word("more credits"),
                                     Word("billing"),
                                     Word("payment required"),
                                     Word("usage limit")};
constexpr std::array kModelPhrases{Word("invalid model"),       Word("unknown model"),
                                   Word("model not found"),     Word("no such model"),
                                   Word("api model names"),     Word("not a valid model"),
                                   Word("decommissioned"),      Word("model identifier is invalid"),
                                   Word("on-demand throughput")};
constexpr std::array kOverloadPhrases{Word("overloaded"), Word("high demand"), Word("at capacity"), Word("no capacity"),
                                      Word("currently busy")};
constexpr std::array kRatePhrases{Word("rate limit"), Word("rate-limit"), Word("rate_limit"),
                                  Word("too many requests")};

// Those that refuse a request without saying more.
constexpr std::array kInBand{StatusRange{0, 399}};
constexpr std::array kRefused{StatusRange{0, 400}, StatusRange{403, 403}, StatusRange{413, 413}, StatusRange{422, 422}};
constexpr std::array kRefusedOrFailed{StatusRange{0, 400}, StatusRange{403, 403}, StatusRange{413, 413},
                                      StatusRange{422, 422}, StatusRange{500, 500}};
constexpr std::array kRefusedOrLimited{StatusRange{0, 400}, StatusRange{403, 403}, StatusRange{413, 413},
                                       StatusRange{422, 422}, StatusRange{429, 429}};
constexpr std::array kInBandOrFailed{StatusRange{0, 399}, StatusRange{500, 500}, StatusRange{502, 502}};

constexpr std::array kPhrases{
    ErrorRow{.kind = ErrorKind::context_length,
             .statuses = kRefusedOrFailed,
             .says = kLongPhrases,
             .unless = kNotLongPhrases},
    ErrorRow{.kind = ErrorKind::content_policy, .statuses = kRefused, .says = kPolicyPhrases},
    ErrorRow{.kind = ErrorKind::upstream_auth, .statuses = kRefused, .says = kAuthPhrases},
    // A plain rate limit advertises the vendor's billing page.
    ErrorRow{.kind = ErrorKind::upstream_billing,
             .statuses = kRefusedOrLimited,
             .says = kBillingPhrases,
             .unless = kRatePhrases},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .statuses = kRefused, .says = kModelPhrases},
    ErrorRow{.kind = ErrorKind::overloaded, .statuses = kInBandOrFailed, .says = kOverloadPhrases},
    ErrorRow{.kind = ErrorKind::rate_limited, .statuses = kInBand, .says = kRatePhrases},
};

constexpr std::array kInvalid{StatusRange{400, 400}, StatusRange{415, 415}, StatusRange{422, 422}};
constexpr std::array kAuth{StatusRange{401, 401}};
constexpr std::array kBilling{StatusRange{402, 402}};
constexpr std::array kPermission{StatusRange{403, 403}};
// Where a method is not allowed the address is not the API's, as where a path is not found.
constexpr std::array kModel{StatusRange{404, 405}, StatusRange{410, 410}};
constexpr std::array kTimeout{StatusRange{408, 408}, StatusRange{504, 504}, StatusRange{522, 522},
                              StatusRange{524, 524}};
constexpr std::array kTooLarge{StatusRange{413, 413}};
constexpr std::array kRate{StatusRange{429, 429}};
constexpr std::array kPolicy{StatusRange{451, 451}};
constexpr std::array kOverload{StatusRange{498, 498}, StatusRange{503, 503}, StatusRange{529, 529}};
constexpr std::array kUnsupported{StatusRange{501, 501}};

constexpr std::array kStatuses{
    ErrorRow{.kind = ErrorKind::invalid_request, .statuses = kInvalid},
    ErrorRow{.kind = ErrorKind::upstream_auth, .statuses = kAuth},
    ErrorRow{.kind = ErrorKind::upstream_billing, .statuses = kBilling},
    ErrorRow{.kind = ErrorKind::upstream_permission, .statuses = kPermission},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .statuses = kModel},
    ErrorRow{.kind = ErrorKind::upstream_timeout, .statuses = kTimeout},
    ErrorRow{.kind = ErrorKind::request_too_large, .statuses = kTooLarge},
    ErrorRow{.kind = ErrorKind::rate_limited, .statuses = kRate},
    ErrorRow{.kind = ErrorKind::content_policy, .statuses = kPolicy},
    ErrorRow{.kind = ErrorKind::overloaded, .statuses = kOverload},
    ErrorRow{.kind = ErrorKind::unsupported_parameter, .statuses = kUnsupported},
};

// One request above the limit of a minute: the code is that of a rate limit, but no wait helps.
constexpr std::array kTooLargePhrases{Word("request too large")};

constexpr std::array kRefined{
    ErrorRow{.kind = ErrorKind::rate_limited,
             .says = kTooLargePhrases,
             .instead_of = ErrorKind::rate_limited,
             .should_retry = false},
};

// Part of the OpenAI contract.
constexpr std::array kRequestCodes{
    Word("missing_required_parameter"),
    Word("invalid_type"),
    Word("invalid_value"),
    Word("unknown_parameter"),
    Word("string_above_max_length"),
    Word("array_above_max_length"),
    Word("integer_above_max_value"),
    Word("integer_below_min_value"),
    Word("decimal_above_max_value"),
    Word("decimal_below_min_value"),
    Word("invalid_function_parameters"),
    Word("invalid_json_schema"),
    Word("invalid_image_url"),
    Word("image_parse_error"),
    Word("invalid_base64_image"),
    Word("tool_use_failed"),
    Word("json_validate_failed"),
};
constexpr std::array kUnsupportedCodes{Word("unsupported_value")};

constexpr GeneralErrorRows kGeneral{
    .words = kWords, .phrases = kPhrases, .statuses = kStatuses, .weak_words = kWeakWords, .refined = kRefined};

}  // namespace

const GeneralErrorRows& general_error_rows() noexcept {
    return kGeneral;
}

ErrorWords codes_let_through(ErrorKind kind) noexcept {
    if (kind == ErrorKind::invalid_request) return kRequestCodes;
    if (kind == ErrorKind::unsupported_parameter) return kUnsupportedCodes;
    return {};
}

}  // namespace breakwater
