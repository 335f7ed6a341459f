#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "breakwater/base/error.hpp"

// What is known of providers' errors, as rows of data: `error_rows_general.cpp` has those that count for everybody,
// `error_rows_vendors.cpp` those of single dialects. A dialect's errors.cpp finds the facts in a body and asks here.
// docs/errors.md has the same rows as tables, which a test writes and compares.

namespace breakwater {

/// Whose errors they are. `any` has no rows but the general ones, which all others are asked after their own.
enum class ErrorScope : std::uint8_t { any, anthropic, bedrock, cohere, google, live, ollama, openai_responses };

/// Both ends belong to it. An error in band, which no status of HTTP came with, has one below 400.
struct StatusRange {
    int from;
    int to;
};

using ErrorStatuses = std::span<const StatusRange>;
using ErrorWords = std::span<const std::string_view>;

/// One row: what an error says, and what that means. Of each list one entry has to match; an empty list asks nothing.
struct ErrorRow {
    ErrorKind kind;
    ErrorStatuses statuses{};
    ErrorWords codes{};    ///< `code` of the error, to the letter
    ErrorWords types{};    ///< `type`, Google's `status`, or the name of an exception, to the letter
    ErrorWords words{};    ///< `code` or `type`, in any case: relays move and rewrite them
    ErrorWords details{};  ///< what only the dialect's errors.cpp finds, under the name that it gives it
    ErrorWords says{};     ///< in the message, in any case
    ErrorWords unless{};   ///< what the message must not say
    /// The row counts only when nothing else said more than this.
    std::optional<ErrorKind> instead_of{};
    /// Beats what the kind says about another try.
    std::optional<bool> should_retry{};
};

/// The rows for everybody, in the order in which they are asked. Vendors agree most on words and least on statuses.
struct GeneralErrorRows {
    std::span<const ErrorRow> words;  ///< first of the code alone, then of the type
    std::span<const ErrorRow> phrases;
    std::span<const ErrorRow> statuses;    ///< of every answer that failed by its status
    std::span<const ErrorRow> weak_words;  ///< as `words`; said beside any status: they count only where there is none
    std::span<const ErrorRow> refined;     ///< with `instead_of`
};

const GeneralErrorRows& general_error_rows() noexcept;

/// The rows of a dialect alone: the first that matches counts, those with `instead_of` after the general ones.
std::span<const ErrorRow> error_rows_of(ErrorScope scope) noexcept;

/// The status that an error in band counts as by its type, which is compared in any case.
struct InBandStatus {
    ErrorScope scope;
    std::string_view type;
    int status;
};

/// Of the dialects whose rows need a status: all their types that have one of their own.
std::span<const InBandStatus> statuses_in_band() noexcept;

/// The status of all other types.
inline constexpr int kOtherStatusInBand = 500;

/// For the errors.cpp of those dialects. Pure.
int status_in_band(ErrorScope scope, std::string_view type) noexcept;

/// The provider's own codes that clients get in place of the kind's: typed clients act on them. Static.
ErrorWords codes_let_through(ErrorKind kind) noexcept;

struct ErrorMeaning {
    ErrorKind kind;
    std::optional<bool> should_retry{};
};

/// What an error means that a provider of the dialect sent. `details`: see ErrorRow. Pure.
ErrorMeaning meaning_of(ErrorScope scope, const UpstreamFacts& facts, ErrorWords details = {}) noexcept;
/// The same with the rows of a dialect themselves.
ErrorMeaning meaning_of(std::span<const ErrorRow> own, const UpstreamFacts& facts, ErrorWords details = {}) noexcept;

}  // namespace breakwater
