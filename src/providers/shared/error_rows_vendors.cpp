#include <array>

#include "error_table.hpp"

namespace breakwater {
namespace {

using Word = std::string_view;

constexpr std::array kServers{StatusRange{500, 999}};
constexpr std::array k400{StatusRange{400, 400}};
constexpr std::array k405{StatusRange{405, 405}};
constexpr std::array k409{StatusRange{409, 409}};
constexpr std::array k429{StatusRange{429, 429}};
constexpr std::array k498{StatusRange{498, 498}};
constexpr std::array k503{StatusRange{503, 503}};

namespace anthropic {

// https://docs.anthropic.com/en/api/errors
constexpr std::array kApi{Word("api_error")};
constexpr std::array kInvalid{Word("invalid_request_error")};
constexpr std::array kAuth{Word("authentication_error")};
constexpr std::array kBilling{Word("billing_error")};
constexpr std::array kPermission{Word("permission_error")};
constexpr std::array kMissing{Word("not_found_error")};
constexpr std::array kTooLarge{Word("request_too_large")};
constexpr std::array kRate{Word("rate_limit_error")};
constexpr std::array kTimeout{Word("timeout_error")};
constexpr std::array kOverloaded{Word("overloaded_error")};

// Proxies in front of the API write every failure in the OpenAI shape, whose one type for a request's faults they put
// beside statuses that blame something else: the gateway's key, its account, its rate, or themselves.
constexpr std::array kOfRequest{StatusRange{400, 400}, StatusRange{404, 428}, StatusRange{430, 499}};
constexpr std::array kGone{StatusRange{404, 404}, StatusRange{410, 410}};

constexpr std::array kLong{Word("prompt is too long"), Word("exceed context limit")};
constexpr std::array kFiltered{Word("blocked by content filtering policy")};
constexpr std::array kUnpaid{Word("credit balance is too low")};

// Models and files that are gone have the same type. A file is the client's to name, and no reason to leave the
// deployment alone.
constexpr std::array kFile{Word("file")};

constexpr std::array kRows{
    // The address is not the API's, whatever type is written there, and whatever "file" the sentence means.
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .statuses = k405},
    // A conflict with another request: the SDKs try again.
    ErrorRow{.kind = ErrorKind::upstream_error, .statuses = k409, .should_retry = true},
    ErrorRow{.kind = ErrorKind::overloaded, .statuses = k503, .types = kApi},
    ErrorRow{.kind = ErrorKind::upstream_error, .types = kApi},
    // One type stands for most of what is wrong with a request; the sentence says what.
    ErrorRow{.kind = ErrorKind::context_length, .statuses = kOfRequest, .types = kInvalid, .says = kLong},
    ErrorRow{.kind = ErrorKind::content_policy, .statuses = kOfRequest, .types = kInvalid, .says = kFiltered},
    ErrorRow{.kind = ErrorKind::upstream_billing, .statuses = kOfRequest, .types = kInvalid, .says = kUnpaid},
    ErrorRow{.kind = ErrorKind::invalid_request, .statuses = kGone, .types = kInvalid, .details = kFile},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .statuses = kGone, .types = kInvalid},
    ErrorRow{.kind = ErrorKind::invalid_request, .statuses = kOfRequest, .types = kInvalid},
    ErrorRow{.kind = ErrorKind::upstream_auth, .types = kAuth},
    ErrorRow{.kind = ErrorKind::upstream_billing, .types = kBilling},
    ErrorRow{.kind = ErrorKind::upstream_permission, .types = kPermission},
    ErrorRow{.kind = ErrorKind::invalid_request, .types = kMissing, .details = kFile},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .types = kMissing},
    ErrorRow{.kind = ErrorKind::request_too_large, .types = kTooLarge},
    ErrorRow{.kind = ErrorKind::rate_limited, .types = kRate},
    ErrorRow{.kind = ErrorKind::upstream_timeout, .types = kTimeout},
    ErrorRow{.kind = ErrorKind::overloaded, .types = kOverloaded},
};

}  // namespace anthropic

namespace bedrock {

// The names of exceptions are among the general words, since relays pass them on; they come before the wording, for a
// throttled client is told of "too many tokens" too.
constexpr std::array kDaily{Word("per day")};

constexpr std::array kRows{
    // A quota that a day refills is not waited for.
    ErrorRow{.kind = ErrorKind::quota_exhausted, .says = kDaily, .instead_of = ErrorKind::rate_limited},
};

}  // namespace bedrock

namespace cohere {

constexpr std::array kLateFinish{Word("TIMEOUT")};
constexpr std::array kLong{Word("TOO_MANY_TOKENS")};
constexpr std::array kAnswerTooLong{Word("max tokens must be")};
constexpr std::array kMonth{Word("month")};

constexpr std::array kRows{
    ErrorRow{.kind = ErrorKind::upstream_timeout, .details = kLateFinish},
    // A token of the prompt or of the answer stands on a deny list; elsewhere the status means something else.
    ErrorRow{.kind = ErrorKind::content_policy, .statuses = k498},
    ErrorRow{.kind = ErrorKind::context_length, .types = kLong, .unless = kAnswerTooLong},
    // Trial keys have a limit for each month, which no wait of a request's length outlasts.
    ErrorRow{.kind = ErrorKind::quota_exhausted, .statuses = k429, .says = kMonth},
};

}  // namespace cohere

namespace google {

// https://google.aip.dev/193 and https://ai.google.dev/gemini-api/docs/troubleshooting
constexpr std::array kArgument{Word("INVALID_ARGUMENT"), Word("OUT_OF_RANGE")};
constexpr std::array kPrecondition{Word("FAILED_PRECONDITION")};
constexpr std::array kPermission{Word("FAILED_PRECONDITION"), Word("PERMISSION_DENIED")};
constexpr std::array kMaybeOfKey{Word("INVALID_ARGUMENT"), Word("OUT_OF_RANGE"), Word("FAILED_PRECONDITION"),
                                 Word("PERMISSION_DENIED")};
constexpr std::array kAuth{Word("UNAUTHENTICATED")};
constexpr std::array kMissing{Word("NOT_FOUND")};
constexpr std::array kExhausted{Word("RESOURCE_EXHAUSTED")};
constexpr std::array kInternal{Word("INTERNAL")};
constexpr std::array kAborted{Word("ABORTED")};
constexpr std::array kFailed{Word("CANCELLED"), Word("INTERNAL"), Word("UNKNOWN")};
constexpr std::array kUnavailable{Word("UNAVAILABLE")};
constexpr std::array kLate{Word("DEADLINE_EXCEEDED")};
constexpr std::array kUnimplemented{Word("UNIMPLEMENTED")};

constexpr std::array kRateCode{Word("429")};
constexpr std::array kKeyReasons{Word("reason of a key")};
constexpr std::array kKeyPhrases{Word("API key not valid"), Word("API key expired"), Word("unregistered callers")};
constexpr std::array kLong{Word("input token count"), Word("exceeds the maximum number of tokens")};
constexpr std::array kLongInput{Word("input token count")};
constexpr std::array kTooLarge{Word("payload size exceeds")};
constexpr std::array kBilling{Word("billing")};
constexpr std::array kDaily{Word("daily quota")};
constexpr std::array kNothing{Word("limit: 0")};

constexpr std::array kRows{
    // Overload of the layers in front comes as a server's error with the code of a rate limit inside.
    ErrorRow{.kind = ErrorKind::rate_limited, .statuses = kServers, .codes = kRateCode},
    // The address is not the API's: UNIMPLEMENTED says nothing of what was asked for there.
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .statuses = k405},
    // The gateway's key at fault may be an argument that is not valid, or a caller that nobody knows.
    ErrorRow{.kind = ErrorKind::upstream_auth, .types = kMaybeOfKey, .details = kKeyReasons},
    ErrorRow{.kind = ErrorKind::upstream_auth, .types = kMaybeOfKey, .says = kKeyPhrases},
    ErrorRow{.kind = ErrorKind::context_length, .types = kArgument, .says = kLong},
    ErrorRow{.kind = ErrorKind::request_too_large, .types = kArgument, .says = kTooLarge},
    ErrorRow{.kind = ErrorKind::invalid_request, .types = kArgument},
    ErrorRow{.kind = ErrorKind::upstream_billing, .types = kPrecondition, .says = kBilling},
    ErrorRow{.kind = ErrorKind::upstream_permission, .types = kPermission},
    ErrorRow{.kind = ErrorKind::upstream_auth, .types = kAuth},
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .types = kMissing},
    // A quota of a day, or one of nothing at all, does not come back in a moment.
    ErrorRow{.kind = ErrorKind::quota_exhausted, .types = kExhausted, .details = kDaily},
    ErrorRow{.kind = ErrorKind::quota_exhausted, .types = kExhausted, .says = kNothing},
    ErrorRow{.kind = ErrorKind::rate_limited, .types = kExhausted},
    ErrorRow{.kind = ErrorKind::context_length, .types = kInternal, .says = kLongInput},
    ErrorRow{.kind = ErrorKind::upstream_error, .types = kAborted, .should_retry = true},
    ErrorRow{.kind = ErrorKind::upstream_error, .types = kFailed},
    ErrorRow{.kind = ErrorKind::overloaded, .types = kUnavailable},
    ErrorRow{.kind = ErrorKind::upstream_timeout, .types = kLate},
    ErrorRow{.kind = ErrorKind::unsupported_parameter, .types = kUnimplemented},
};

}  // namespace google

namespace live {

// https://ai.google.dev/api/live
constexpr std::array kOfModel{Word("model")};
constexpr std::array kMissing{Word("is not found"), Word("was not found")};
constexpr std::array kLocation{Word("location is not supported")};
constexpr std::array kUnavailable{Word("currently unavailable")};

constexpr std::array kRows{
    // Too common for bodies of HTTP, whose status says more than the code of a Close frame.
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .details = kOfModel, .says = kMissing},
    ErrorRow{.kind = ErrorKind::upstream_permission, .says = kLocation},
    ErrorRow{.kind = ErrorKind::overloaded, .says = kUnavailable},
};

}  // namespace live

namespace ollama {

// The server has no codes, only sentences; these mean more than their status, or come without one.
constexpr std::array kMissing{Word("try pulling it first")};
constexpr std::array kBusy{Word("maximum pending requests exceeded")};
constexpr std::array kUnsupported{Word("does not support")};

constexpr std::array kRows{
    ErrorRow{.kind = ErrorKind::upstream_model_missing, .says = kMissing},
    ErrorRow{.kind = ErrorKind::overloaded, .says = kBusy},
    // tools, thinking, chat, images ...: what the model is, not what the request says.
    ErrorRow{.kind = ErrorKind::unsupported_parameter, .statuses = k400, .says = kUnsupported},
};

}  // namespace ollama

namespace openai_responses {

// `error.code` of a failed response. There is no status beside it, so the code alone has to tell whose fault it is; the
// words that other APIs use too are among the general ones.
constexpr std::array kPolicy{Word("bio_policy"), Word("cyber_policy"), Word("image_content_policy_violation")};
constexpr std::array kResidency{Word("data_residency_mismatch")};
constexpr std::array kLate{Word("vector_store_timeout")};
constexpr std::array kImages{Word("image_file_too_large"),
                             Word("image_too_large"),
                             Word("image_too_small"),
                             Word("image_parse_error"),
                             Word("image_file_not_found"),
                             Word("invalid_image"),
                             Word("invalid_image_format"),
                             Word("invalid_image_mode"),
                             Word("invalid_image_url"),
                             Word("invalid_base64_image"),
                             Word("unsupported_image_media_type"),
                             Word("empty_image_file"),
                             Word("failed_to_download_image")};
constexpr std::array kPrompt{Word("invalid_prompt")};

constexpr std::array kRows{
    ErrorRow{.kind = ErrorKind::content_policy, .codes = kPolicy},
    ErrorRow{.kind = ErrorKind::upstream_permission, .codes = kResidency},
    ErrorRow{.kind = ErrorKind::upstream_timeout, .codes = kLate},
    ErrorRow{.kind = ErrorKind::invalid_request, .codes = kImages},
    // Most of the prompts that it calls invalid were flagged, which the words tell; the others are malformed.
    ErrorRow{.kind = ErrorKind::invalid_request, .codes = kPrompt, .instead_of = ErrorKind::upstream_error},
};

}  // namespace openai_responses

constexpr std::array kInBand{
    InBandStatus{ErrorScope::anthropic, "invalid_request_error", 400},
    InBandStatus{ErrorScope::anthropic, "authentication_error", 401},
    InBandStatus{ErrorScope::anthropic, "billing_error", 402},
    InBandStatus{ErrorScope::anthropic, "permission_error", 403},
    InBandStatus{ErrorScope::anthropic, "not_found_error", 404},
    InBandStatus{ErrorScope::anthropic, "request_too_large", 413},
    InBandStatus{ErrorScope::anthropic, "rate_limit_error", 429},
    InBandStatus{ErrorScope::anthropic, "timeout_error", 504},
    InBandStatus{ErrorScope::anthropic, "overloaded_error", 529},
    // The one exception that its sentence tells more of than its name.
    InBandStatus{ErrorScope::bedrock, "ValidationException", 400},
};

}  // namespace

std::span<const ErrorRow> error_rows_of(ErrorScope scope) noexcept {
    switch (scope) {
        case ErrorScope::any:
            return {};
        case ErrorScope::anthropic:
            return anthropic::kRows;
        case ErrorScope::bedrock:
            return bedrock::kRows;
        case ErrorScope::cohere:
            return cohere::kRows;
        case ErrorScope::google:
            return google::kRows;
        case ErrorScope::live:
            return live::kRows;
        case ErrorScope::ollama:
            return ollama::kRows;
        case ErrorScope::openai_responses:
            return openai_responses::kRows;
    }
    return {};
}

std::span<const InBandStatus> statuses_in_band() noexcept {
    return kInBand;
}

}  // namespace breakwater
