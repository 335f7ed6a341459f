// One meaning for a row, wherever it stands, and no row that never counts.

#include "providers/shared/error_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

using Word = std::string_view;

constexpr std::array kScopes{ErrorScope::any,    ErrorScope::anthropic,       ErrorScope::bedrock,
                             ErrorScope::cohere, ErrorScope::google,          ErrorScope::live,
                             ErrorScope::ollama, ErrorScope::openai_responses};

UpstreamFacts facts_of(int status, Word code, Word type = "", Word message = "") {
    UpstreamFacts facts;
    facts.status = status;
    facts.code = code;
    facts.type = type;
    facts.message = message;
    return facts;
}

TEST(ErrorTable, WordsOfADialectsRowAreAskedToo) {
    static constexpr std::array kWords{Word("Blocked")};
    static constexpr std::array kRows{ErrorRow{.kind = ErrorKind::content_policy, .words = kWords}};
    EXPECT_EQ(meaning_of(kRows, facts_of(400, "blocked")).kind, ErrorKind::content_policy);
    EXPECT_EQ(meaning_of(kRows, facts_of(400, "", "BLOCKED")).kind, ErrorKind::content_policy);
    EXPECT_EQ(meaning_of(kRows, facts_of(400, "other", "other")).kind, ErrorKind::invalid_request);
}

TEST(ErrorTable, DetailsAreComparedAsAWhole) {
    static constexpr std::array kDetails{Word("late")};
    static constexpr std::array kRows{ErrorRow{.kind = ErrorKind::upstream_timeout, .details = kDetails}};
    EXPECT_EQ(meaning_of(kRows, facts_of(400, ""), std::array{Word("late")}).kind, ErrorKind::upstream_timeout);
    EXPECT_EQ(meaning_of(kRows, facts_of(400, ""), std::array{Word("later")}).kind, ErrorKind::invalid_request);
}

TEST(ErrorTable, ACodeSaysMoreThanAType) {
    EXPECT_EQ(meaning_of(ErrorScope::any, facts_of(429, "ServiceQuotaExceededException", "rate_limit_error")).kind,
              ErrorKind::quota_exhausted);
}

TEST(ErrorTable, AnAddressThatIsNotTheApisIsNoFaultOfTheRequest) {
    for (const ErrorScope scope : kScopes) {
        for (const Word type : {"", "invalid_request_error", "api_error", "UNIMPLEMENTED", "INVALID_ARGUMENT",
                                "FAILED_PRECONDITION", "ValidationException"}) {
            EXPECT_EQ(meaning_of(scope, facts_of(405, "", type, "Method Not Allowed")).kind,
                      ErrorKind::upstream_model_missing)
                << static_cast<int>(scope) << " " << type;
        }
        for (const int status : {404, 410}) {
            EXPECT_EQ(meaning_of(scope, facts_of(status, "", "invalid_request_error", "Invalid URL")).kind,
                      ErrorKind::upstream_model_missing)
                << static_cast<int>(scope) << " " << status;
        }
    }
    const std::array file{Word("file")};
    EXPECT_EQ(meaning_of(ErrorScope::anthropic, facts_of(404, "", "invalid_request_error", "No file"), file).kind,
              ErrorKind::invalid_request);
    EXPECT_EQ(meaning_of(ErrorScope::anthropic, facts_of(405, "", "invalid_request_error", "No file"), file).kind,
              ErrorKind::upstream_model_missing);
}

TEST(ErrorTable, TypesInBandHaveAStatusInAnyCase) {
    for (const Word name : {"ValidationException", "validationException", "validationexception"}) {
        EXPECT_EQ(status_in_band(ErrorScope::bedrock, name), 400) << name;
    }
    EXPECT_EQ(status_in_band(ErrorScope::anthropic, "overloaded_error"), 529);
    EXPECT_EQ(status_in_band(ErrorScope::anthropic, "ValidationException"), kOtherStatusInBand);
}

bool equal(Word a, Word b) {
    return a == b;
}

bool says(Word message, Word phrase) {
    return icontains(message, phrase);
}

/// Whatever is one of `second` is one of `first`, too; `is`: of the second, then of the first.
bool asks_no_more(ErrorWords first, ErrorWords second, bool (*is)(Word, Word)) {
    if (first.empty()) return true;
    return !second.empty() && std::ranges::all_of(second, [&](Word word) {
        return std::ranges::any_of(first, [&](Word known) { return is(word, known); });
    });
}

bool asks_no_more(ErrorStatuses first, ErrorStatuses second) {
    const auto has = [first](int status) {
        return std::ranges::any_of(
            first, [status](const StatusRange& range) { return status >= range.from && status <= range.to; });
    };
    if (first.empty()) return true;
    return !second.empty() && std::ranges::all_of(second, [&](const StatusRange& range) {
        for (int status = range.from; status <= range.to; ++status) {
            if (!has(status)) return false;
        }
        return true;
    });
}

/// Every error that fits the second row fits the first.
bool asks_no_more(const ErrorRow& first, const ErrorRow& second) {
    const bool words = asks_no_more(first.words, second.words, iequals) ||
                       asks_no_more(first.words, second.codes, iequals) ||
                       asks_no_more(first.words, second.types, iequals);
    const bool unless = std::ranges::all_of(first.unless, [&](Word phrase) {
        return std::ranges::any_of(second.unless, [&](Word other) { return says(phrase, other); });
    });
    return first.instead_of == second.instead_of && asks_no_more(first.statuses, second.statuses) && words &&
           asks_no_more(first.codes, second.codes, equal) && asks_no_more(first.types, second.types, equal) &&
           asks_no_more(first.details, second.details, equal) && asks_no_more(first.says, second.says, says) && unless;
}

/// The rows with each entry of a list as a row of its own.
template <class List>
std::vector<ErrorRow> split(const std::vector<ErrorRow>& rows, List ErrorRow::* list) {
    std::vector<ErrorRow> out;
    for (const ErrorRow& row : rows) {
        if ((row.*list).empty()) out.push_back(row);
        for (std::size_t i = 0; i < (row.*list).size(); ++i) {
            ErrorRow one = row;
            one.*list = (row.*list).subspan(i, 1);
            out.push_back(one);
        }
    }
    return out;
}

std::vector<ErrorRow> alternatives(const ErrorRow& row) {
    std::vector<ErrorRow> rows = split({row}, &ErrorRow::statuses);
    for (const auto list : {&ErrorRow::codes, &ErrorRow::types, &ErrorRow::words, &ErrorRow::details, &ErrorRow::says})
        rows = split(rows, list);
    return rows;
}

/// A part of the second row, or all of it, that can never count behind the first.
bool hides(const ErrorRow& first, const ErrorRow& second) {
    return std::ranges::any_of(alternatives(second),
                               [&first](const ErrorRow& part) { return asks_no_more(first, part); });
}

bool has_twice(ErrorWords words, bool (*is)(Word, Word)) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const Word before : words.first(i)) {
            if (is(words[i], before)) return true;
        }
    }
    return false;
}

std::string name_of(const ErrorRow& row) {
    std::string text(to_string(row.kind));
    for (const ErrorWords words : {row.codes, row.types, row.words, row.details, row.says}) {
        if (!words.empty()) text += " " + std::string(words.front());
    }
    return text;
}

void expect_all_count(const std::vector<ErrorRow>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ErrorRow& row = rows[i];
        EXPECT_FALSE(has_twice(row.codes, equal) || has_twice(row.types, equal) || has_twice(row.words, iequals) ||
                     has_twice(row.details, equal) || has_twice(row.says, iequals))
            << name_of(row);
        for (std::size_t j = i + 1; j < rows.size(); ++j)
            EXPECT_FALSE(hides(row, rows[j])) << name_of(rows[j]) << ", behind " << name_of(row);
    }
}

TEST(ErrorTable, HasNoRowThatNeverCounts) {
    for (const ErrorScope scope : kScopes) {
        const std::span<const ErrorRow> rows = error_rows_of(scope);
        expect_all_count({rows.begin(), rows.end()});
    }
    const GeneralErrorRows& general = general_error_rows();
    // As they are asked of an answer that failed by its status, and of one in band.
    for (const std::span<const ErrorRow> last : {general.statuses, general.weak_words}) {
        std::vector<ErrorRow> rows(general.words.begin(), general.words.end());
        rows.insert(rows.end(), general.phrases.begin(), general.phrases.end());
        rows.insert(rows.end(), last.begin(), last.end());
        expect_all_count(rows);
    }
    expect_all_count({general.refined.begin(), general.refined.end()});
}

TEST(ErrorTable, TellsRowsThatNeverCount) {
    static constexpr std::array kA{Word("a")};
    static constexpr std::array kUpperA{Word("A")};
    static constexpr std::array kAb{Word("a"), Word("b")};
    static constexpr std::array kLong{Word("model not found")};
    static constexpr std::array kShort{Word("Not Found")};
    static constexpr std::array k400s{StatusRange{400, 499}};
    static constexpr std::array k404{StatusRange{404, 404}};
    constexpr ErrorKind kKind = ErrorKind::invalid_request;
    // Nothing is asked.
    EXPECT_TRUE(hides({.kind = kKind}, {.kind = kKind, .statuses = k404, .codes = kA}));
    EXPECT_TRUE(hides({.kind = kKind}, {.kind = kKind}));
    EXPECT_FALSE(hides({.kind = kKind, .instead_of = ErrorKind::rate_limited}, {.kind = kKind}));
    // One of the codes is taken.
    EXPECT_TRUE(hides({.kind = kKind, .codes = kA}, {.kind = kKind, .codes = kAb}));
    EXPECT_FALSE(hides({.kind = kKind, .codes = kUpperA}, {.kind = kKind, .codes = kAb}));
    EXPECT_FALSE(hides({.kind = kKind, .codes = kA}, {.kind = kKind, .types = kA}));
    // Words in any case, be they the code or the type.
    EXPECT_TRUE(hides({.kind = kKind, .words = kUpperA}, {.kind = kKind, .words = kAb}));
    EXPECT_TRUE(hides({.kind = kKind, .words = kUpperA}, {.kind = kKind, .types = kA}));
    EXPECT_TRUE(hides({.kind = kKind, .words = kUpperA}, {.kind = kKind, .codes = kA}));
    // Statuses.
    EXPECT_TRUE(hides({.kind = kKind, .statuses = k400s}, {.kind = kKind, .statuses = k404, .types = kA}));
    EXPECT_FALSE(hides({.kind = kKind, .statuses = k404}, {.kind = kKind, .statuses = k400s, .types = kA}));
    // Phrases.
    EXPECT_TRUE(hides({.kind = kKind, .says = kShort}, {.kind = kKind, .says = kLong}));
    EXPECT_FALSE(hides({.kind = kKind, .says = kLong}, {.kind = kKind, .says = kShort}));
    EXPECT_FALSE(hides({.kind = kKind, .unless = kShort}, {.kind = kKind, .says = kLong}));
    EXPECT_TRUE(hides({.kind = kKind, .unless = kLong}, {.kind = kKind, .says = kA, .unless = kShort}));
    EXPECT_TRUE(has_twice(std::array{Word("a"), Word("A")}, iequals));
}

}  // namespace
}  // namespace breakwater
