#include "error_table.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/close_words.hpp"

namespace breakwater {
namespace {

// A message may quote the prompt, which may say anything.
constexpr std::size_t kMessageBytesMax = 2048;
constexpr int kFirstFailedStatus = 300;

bool among(ErrorWords words, std::string_view word) noexcept {
    return std::ranges::find(words, word) != words.end();
}

bool among_in_any_case(ErrorWords words, std::string_view word) noexcept {
    return std::ranges::any_of(words, [word](std::string_view known) { return iequals(known, word); });
}

bool says_any(std::string_view message, ErrorWords phrases) noexcept {
    return std::ranges::any_of(phrases, [message](std::string_view phrase) { return icontains(message, phrase); });
}

bool covers(ErrorStatuses statuses, int status) noexcept {
    return statuses.empty() || std::ranges::any_of(statuses, [status](const StatusRange& range) {
               return status >= range.from && status <= range.to;
           });
}

/// What is held against rows.
struct Asked {
    const UpstreamFacts& facts;
    ErrorWords words;  ///< code and type, or one of them
    ErrorWords details;
};

bool matches(const ErrorRow& row, const Asked& asked) noexcept {
    const UpstreamFacts& facts = asked.facts;
    const std::string_view message = std::string_view(facts.message).substr(0, kMessageBytesMax);
    const auto is_word = [&row](std::string_view word) { return among_in_any_case(row.words, word); };
    const auto is_detail = [&row](std::string_view detail) { return among(row.details, detail); };
    return covers(row.statuses, facts.status) && (row.codes.empty() || among(row.codes, facts.code)) &&
           (row.types.empty() || among(row.types, facts.type)) &&
           (row.words.empty() || std::ranges::any_of(asked.words, is_word)) &&
           (row.details.empty() || std::ranges::any_of(asked.details, is_detail)) &&
           (row.says.empty() || says_any(message, row.says)) && !says_any(message, row.unless);
}

/// `after`: the kind that is known by now, for rows that refine one.
const ErrorRow* find_row(std::span<const ErrorRow> rows, std::optional<ErrorKind> after, const Asked& asked) noexcept {
    const auto found =
        std::ranges::find_if(rows, [&](const ErrorRow& row) { return row.instead_of == after && matches(row, asked); });
    return found == rows.end() ? nullptr : &*found;
}

/// A code says more than a type, whatever the order of the rows.
const ErrorRow* find_by_word(std::span<const ErrorRow> rows, const Asked& asked) noexcept {
    for (const std::string_view& word : asked.words) {
        const Asked one{.facts = asked.facts, .words = {&word, 1}, .details = asked.details};
        if (const ErrorRow* row = find_row(rows, std::nullopt, one)) return row;
    }
    return nullptr;
}

const ErrorRow* find_general(const Asked& asked) noexcept {
    const GeneralErrorRows& general = general_error_rows();
    if (const ErrorRow* row = find_by_word(general.words, asked)) return row;
    if (const ErrorRow* row = find_row(general.phrases, std::nullopt, asked)) return row;
    if (asked.facts.status >= kFirstFailedStatus) return find_row(general.statuses, std::nullopt, asked);
    return find_by_word(general.weak_words, asked);
}

}  // namespace

int status_in_band(ErrorScope scope, std::string_view type) noexcept {
    const std::span<const InBandStatus> all = statuses_in_band();
    const auto found = std::ranges::find_if(
        all, [&](const InBandStatus& known) { return known.scope == scope && iequals(known.type, type); });
    return found == all.end() ? kOtherStatusInBand : found->status;
}

ErrorMeaning meaning_of(ErrorScope scope, const UpstreamFacts& facts, ErrorWords details) noexcept {
    return meaning_of(error_rows_of(scope), facts, details);
}

ErrorMeaning meaning_of(std::span<const ErrorRow> own, const UpstreamFacts& facts, ErrorWords details) noexcept {
    const std::array words{std::string_view(facts.code), std::string_view(facts.type)};
    const Asked asked{.facts = facts, .words = words, .details = details};
    const ErrorRow* row = find_row(own, std::nullopt, asked);
    if (row == nullptr) row = find_general(asked);
    ErrorMeaning meaning{row == nullptr ? ErrorKind::upstream_error : row->kind};
    if (row != nullptr) meaning.should_retry = row->should_retry;
    for (const std::span<const ErrorRow> rows : {own, general_error_rows().refined}) {
        const ErrorRow* finer = find_row(rows, meaning.kind, asked);
        if (finer != nullptr) meaning = {finer->kind, finer->should_retry};
    }
    return meaning;
}

std::optional<ErrorKind> kind_of_close_words(std::string_view reason, bool of_payload) {
    static constexpr std::array<std::string_view, 2> kModelNames{"models/", "publisher model"};
    const bool names_model =
        std::ranges::any_of(kModelNames, [reason](std::string_view name) { return istarts_with(reason, name); });
    const std::array details{std::string_view(!of_payload || names_model ? "model" : "")};
    const UpstreamFacts facts{.message = std::string(reason)};
    const Asked asked{.facts = facts, .words = {}, .details = details};
    const ErrorRow* row = find_row(error_rows_of(ErrorScope::live), std::nullopt, asked);
    return row == nullptr ? std::nullopt : std::optional(row->kind);
}

}  // namespace breakwater
