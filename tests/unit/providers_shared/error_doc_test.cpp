// The tables in docs/errors.md of what providers say are those that errors are classified by.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "providers/shared/error_table.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kPath = BREAKWATER_SOURCE_DIR "/docs/errors.md";
constexpr std::string_view kBegin =
    "<!-- From here on written by BREAKWATER_REGENERATE=1 with the test binary unit_providers_shared. -->\n";

constexpr std::array kVendors{ErrorScope::anthropic,       ErrorScope::google, ErrorScope::live,
                              ErrorScope::bedrock,         ErrorScope::cohere, ErrorScope::ollama,
                              ErrorScope::openai_responses};

/// A new one belongs into `kVendors` too.
std::string_view title(ErrorScope scope) {
    switch (scope) {
        case ErrorScope::anthropic:
            return "Anthropic, also at Vertex and Bedrock's InvokeModel";
        case ErrorScope::google:
            return "Google and Vertex";
        case ErrorScope::live:
            return "Close frames of Google's Live API";
        case ErrorScope::bedrock:
            return "Bedrock";
        case ErrorScope::cohere:
            return "Cohere";
        case ErrorScope::ollama:
            return "Ollama";
        case ErrorScope::openai_responses:
            return "OpenAI Responses";
        case ErrorScope::any:
            break;
    }
    return "";
}

void add(std::string& text, std::string_view separator, const std::string& more) {
    if (!text.empty()) text += separator;
    text += more;
}

std::string join(ErrorWords words, std::string_view open, std::string_view close, std::string_view separator = ", ") {
    std::string text;
    for (const std::string_view word : words) {
        add(text, separator, std::string(open) + std::string(word) + std::string(close));
    }
    return text;
}

std::string in_words(ErrorStatuses statuses) {
    constexpr int kFirstOfErrors = 400;
    constexpr int kLast = 599;
    std::string text;
    for (StatusRange range : statuses) {
        if (range.from < kFirstOfErrors) add(text, ", ", "in band");
        range.from = std::max(range.from, kFirstOfErrors);
        if (range.to < range.from) continue;
        std::string numbers = std::to_string(range.from);
        if (range.to > range.from) numbers += "-" + std::to_string(std::min(range.to, kLast));
        add(text, ", ", numbers);
    }
    return text;
}

/// What the dialects' own readers find, in words.
std::string in_words(std::string_view detail) {
    static const std::map<std::string_view, std::string> kWords{
        {"file", "a file is named before any model"},
        {"TIMEOUT", "finish reason `TIMEOUT`"},
        {"reason of a key", "a `reason` that begins with `API_KEY_`"},
        {"daily quota", "a `quotaId` with `PerDay`"},
        {"model", "code 1007 with a model's name in front, or another code"},
    };
    const auto found = kWords.find(detail);
    EXPECT_NE(found, kWords.end()) << "docs/errors.md needs words for the detail " << detail;
    return found == kWords.end() ? std::string() : found->second;
}

std::string code_of(ErrorKind kind) {
    const std::string code = "`" + std::string(error_traits(kind).code) + "`";
    const bool shared = kind == ErrorKind::quota_exhausted || kind == ErrorKind::upstream_billing;
    return shared ? code + " (`" + std::string(to_string(kind)) + "`)" : code;
}

/// Whether one of the provider's codes may come through in place of the row's.
bool may_be_finer(const ErrorRow& row) {
    const ErrorWords finer = codes_let_through(row.kind);
    if (row.codes.empty()) return !finer.empty();
    return std::ranges::find_first_of(row.codes, finer) != row.codes.end();
}

std::string said(const ErrorRow& row) {
    std::string text;
    if (row.instead_of) add(text, "; ", "instead of " + code_of(*row.instead_of));
    if (!row.statuses.empty()) add(text, "; ", in_words(row.statuses));
    if (!row.codes.empty()) add(text, "; ", "code " + join(row.codes, "`", "`"));
    if (!row.types.empty()) add(text, "; ", "type " + join(row.types, "`", "`"));
    if (!row.words.empty()) add(text, "; ", join(row.words, "`", "`"));
    for (const std::string_view detail : row.details) add(text, "; ", in_words(detail));
    if (!row.says.empty()) add(text, "; ", join(row.says, "\"", "\""));
    if (!row.unless.empty()) add(text, ", ", "but not " + join(row.unless, "\"", "\"", " or "));
    return text;
}

std::string_view in_words(Failover failover) {
    switch (failover) {
        case Failover::never:
            return "none";
        case Failover::elsewhere:
            return "another deployment";
        case Failover::same_once:
            return "the same once, another";
        case Failover::larger_context:
            return "a larger context";
    }
    return "";
}

std::string line(const std::string& said, const ErrorRow& row) {
    const ErrorTraits& traits = error_traits(row.kind);
    return "| " + said + " | " + code_of(row.kind) + (may_be_finer(row) ? " or finer" : "") + " | " +
           std::string(in_words(traits.failover)) + " | " +
           (row.should_retry.value_or(traits.client_should_retry) ? "yes" : "no") + " |\n";
}

std::string line_of_the_rest(const std::string& said) {
    return line(said, ErrorRow{.kind = ErrorKind::upstream_error});
}

std::string lines(std::span<const ErrorRow> rows) {
    std::string text;
    for (const ErrorRow& row : rows) text += line(said(row), row);
    return text;
}

std::string table(std::string_view title, const std::string& rows) {
    return "\n### " + std::string(title) +
           "\n\n| the provider says | `code` | next attempt | `retryable` |\n|---|---|---|---|\n" + rows;
}

std::string finer_codes() {
    std::string text = "\n### Finer codes\n\n| `code` | the provider's own in its place |\n|---|---|\n";
    for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
        const ErrorWords codes = codes_let_through(static_cast<ErrorKind>(i));
        if (!codes.empty()) text += "| " + code_of(static_cast<ErrorKind>(i)) + " | " + join(codes, "`", "`") + " |\n";
    }
    return text;
}

/// Of the dialects that name a status for each type in band.
std::string statuses_of_types() {
    std::string text = "\n### Statuses in band\n\n| dialect | type | counts as |\n|---|---|---|\n";
    for (const ErrorScope scope : kVendors) {
        const auto add_line = [&](const std::string& type, int status) {
            text += "| " + std::string(title(scope)) + " | " + type + " | " + std::to_string(status) + " |\n";
        };
        bool any = false;
        for (const InBandStatus& known : statuses_in_band()) {
            if (known.scope != scope) continue;
            any = true;
            add_line("`" + std::string(known.type) + "`", known.status);
        }
        if (any) add_line("any other", kOtherStatusInBand);
    }
    return text;
}

std::string tables() {
    const GeneralErrorRows& general = general_error_rows();
    std::string text = finer_codes() + statuses_of_types();
    for (const ErrorScope scope : kVendors) text += table(title(scope), lines(error_rows_of(scope)));
    return text + table("All: the code, then the type, in any case", lines(general.words)) +
           table("All: the message", lines(general.phrases)) +
           table("All: the status", lines(general.statuses) + line_of_the_rest("any other")) +
           table("All: code and type of an error in band",
                 lines(general.weak_words) + line_of_the_rest("nothing of all this")) +
           table("All: what is finer", lines(general.refined));
}

TEST(ErrorTables, AreInTheDocumentAsTheyAre) {
    std::ifstream file{std::string(kPath)};
    const std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::size_t begin = document.find(kBegin);
    ASSERT_NE(begin, std::string::npos) << kPath << " has lost the line\n" << kBegin;
    const std::string expected = document.substr(0, begin) + std::string(kBegin) + tables();
    if (std::getenv("BREAKWATER_REGENERATE") != nullptr)
        std::ofstream(std::string(kPath), std::ios::binary) << expected;
    EXPECT_TRUE(document == expected) << kPath << " is out of date: run this test with BREAKWATER_REGENERATE=1";
}

}  // namespace
}  // namespace breakwater
