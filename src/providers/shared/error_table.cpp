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

bool begins_any(ErrorWords details, ErrorWords known) noexcept {
    return std::ranges::any_of(details, [known](std::string_view detail) {
        return std::ranges::any_of(known, [detail](std::string_view begin) { return detail.starts_with(begin); });
    });
}

bool matches(const ErrorRow& row, const UpstreamFacts& facts, ErrorWords details) noexcept {
    const std::string_view message = std::string_view(facts.message).substr(0, kMessageBytesMax);
    return covers(row.statuses, facts.status) && (row.codes.empty() || among(row.codes, facts.code)) &&
           (row.types.empty() || among(row.types, facts.type)) &&
           (row.details.empty() || begins_any(details, row.details)) &&
           (row.says.empty() || says_any(message, row.says)) && !says_any(message, row.unless);
}

/// `after`: the kind that is known by now, for rows that refine one.
const ErrorRow* find_row(std::span<const ErrorRow> rows, std::optional<ErrorKind> after, const UpstreamFacts& facts,
                         ErrorWords details) noexcept {
    const auto found = std::ranges::find_if(
        rows, [&](const ErrorRow& row) { return row.instead_of == after && matches(row, facts, details); });
    return found == rows.end() ? nullptr : &*found;
}

const ErrorRow* find_word(std::span<const ErrorRow> rows, const UpstreamFacts& facts) noexcept {
    for (const std::string_view word : {std::string_view(facts.code), std::string_view(facts.type)}) {
        const auto found =
            std::ranges::find_if(rows, [word](const ErrorRow& row) { return among_in_any_case(row.words, word); });
        if (found != rows.end()) return &*found;
    }
    return nullptr;
}

const ErrorRow* find_general(const UpstreamFacts& facts) noexcept {
    const GeneralErrorRows& general = general_error_rows();
    if (const ErrorRow* row = find_word(general.words, facts)) return row;
    if (const ErrorRow* row = find_row(general.phrases, std::nullopt, facts, {})) return row;
    if (facts.status >= kFirstFailedStatus) return find_row(general.statuses, std::nullopt, facts, {});
    return find_word(general.weak_words, facts);
}

}  // namespace

ErrorMeaning meaning_of(ErrorScope scope, const UpstreamFacts& facts, ErrorWords details) noexcept {
    const std::span<const ErrorRow> own = error_rows_of(scope);
    const ErrorRow* row = find_row(own, std::nullopt, facts, details);
    if (row == nullptr) row = find_general(facts);
    ErrorMeaning meaning{row == nullptr ? ErrorKind::upstream_error : row->kind};
    if (row != nullptr) meaning.should_retry = row->should_retry;
    for (const std::span<const ErrorRow> rows : {own, general_error_rows().refined}) {
        const ErrorRow* finer = find_row(rows, meaning.kind, facts, details);
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
    const ErrorRow* row = find_row(error_rows_of(ErrorScope::live), std::nullopt, facts, details);
    return row == nullptr ? std::nullopt : std::optional(row->kind);
}

}  // namespace breakwater
