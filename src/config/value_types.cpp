#include "value_types.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "addresses.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/config/presets.hpp"
#include "breakwater/config/scalars.hpp"
#include "redaction.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

constexpr std::size_t kNameBytesMax = 128;

std::string one_of(std::span<const std::string_view> words) {
    if (words.size() == 1) return fmt::format("`{}`", words.front());
    std::string text = "one of";
    for (std::size_t i = 0; i < words.size(); ++i) text += fmt::format("{} `{}`", i == 0 ? "" : ",", words[i]);
    return text;
}

std::string type_expectation(const KeySpec& key, const Environment& environment) {
    switch (key.type) {
        case Type::map:
            return "a map";
        case Type::named_maps:
            return "a map from names to maps";
        case Type::list_of_maps:
            return "a list of maps";
        case Type::names:
            return "a list of names, such as [fast, smart]";
        case Type::texts:
            return "a list";
        case Type::word_list:
            return words_of(key.words).size() > 8 ? "a list of parameters" : "a list of " + one_of(words_of(key.words));
        case Type::headers:
            return "a map from header names to texts";
        case Type::numbers:
            return "a map from names to numbers";
        case Type::preference:
            return one_of(words_of(key.words)) + ", or a map of shares such as { cost: 0.7, latency: 0.3 }";
        case Type::text:
            return "a text";
        case Type::secret:
            return "a credential, such as \"${OPENAI_API_KEY}\" or file:PATH";
        case Type::secrets:
            return "a list of credentials, such as [\"${KEY_1}\", { key: \"${KEY_2}\", weight: 2 }]";
        case Type::boolean:
            return "true or false";
        case Type::integer:
            return "a whole number";
        case Type::number:
            return "a number";
        case Type::duration:
            return "a duration, such as 800ms, 2s or 1m30s";
        case Type::spread:
            return "a duration or map, such as 800ms or { p50: 300ms, p95: 900ms }";
        case Type::size:
            return "a size in bytes, such as 64KB or 32MB";
        case Type::count:
            return "a number of tokens, such as 8192, 32k or 1M";
        case Type::share:
            return "a percentage, such as 20%";
        case Type::rate:
            return "a rate, such as 10/s or 30/m";
        case Type::address:
            return "an address, such as 127.0.0.1:8080, [::1]:8080 or :8080";
        case Type::url:
            return "an http or https URL with a host, such as http://127.0.0.1:8000/v1";
        case Type::path:
            return "the path of a file";
        case Type::word:
            return one_of(words_of(key.words));
        case Type::name:
            return "a name of 1 to 128 letters, digits, `.`, `_`, `/`, `:` or `-`";
        case Type::digest:
            return "a SHA-256 digest of 64 hex digits";
        case Type::dialect:
            return one_of(dialect_names(environment));
        case Type::preset:
            return one_of(preset_names());
        case Type::later:
            return "nothing";
    }
    return {};
}

/// The number behind a scalar, for its range. An error holds the hint.
Parsed<double> numeric_value(Type type, std::string_view text) {
    const auto as_double = [](const auto& parsed) -> Parsed<double> {
        if (!parsed) return std::unexpected(parsed.error());
        return static_cast<double>(*parsed);
    };
    switch (type) {
        case Type::integer:
            return as_double(parse_integer(text));
        case Type::number:
            return parse_number(text);
        case Type::duration:
        case Type::spread: {
            const auto span = parse_duration(text);
            return span ? Parsed<double>(static_cast<double>(span->count())) : std::unexpected(span.error());
        }
        case Type::size:
            return as_double(parse_size(text));
        case Type::count:
            return as_double(parse_count(text));
        case Type::share:
            return parse_share(text);
        case Type::rate:
            return parse_rate(text);
        case Type::map:
        case Type::named_maps:
        case Type::list_of_maps:
        case Type::names:
        case Type::texts:
        case Type::word_list:
        case Type::headers:
        case Type::numbers:
        case Type::preference:
        case Type::text:
        case Type::secrets:
        case Type::secret:
        case Type::boolean:
        case Type::address:
        case Type::url:
        case Type::path:
        case Type::word:
        case Type::name:
        case Type::digest:
        case Type::dialect:
        case Type::preset:
        case Type::later:
            return 0.0;
    }
    return 0.0;
}

bool in_range(const KeySpec& key, double value) {
    if (!key.from.empty() && value < numeric_value(key.type, key.from).value_or(value)) return false;
    return key.to.empty() || value <= numeric_value(key.type, key.to).value_or(value);
}

bool is_digest(std::string_view text) noexcept {
    return text.size() == 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

/// The hint for a text that is not of its type; nothing when it is.
std::optional<std::string> syntax_hint(const KeySpec& key, std::string_view text, const Environment& environment) {
    const auto hint_of = [](const auto& parsed) { return parsed ? std::nullopt : std::optional(parsed.error()); };
    switch (key.type) {
        case Type::integer:
        case Type::number:
        case Type::duration:
        case Type::spread:
        case Type::size:
        case Type::count:
        case Type::share:
        case Type::rate:
            return hint_of(numeric_value(key.type, text));
        case Type::boolean:
            return hint_of(parse_boolean(text));
        case Type::address:
            return hint_of(parse_address(text));
        case Type::url:
            // A collector of spans has no key of its own for a credential.
            return hint_of(parse_base_url(text, key.name == "endpoint" ? "headers" : "api_key"));
        case Type::text:
        case Type::path:
            if (trim(text).empty()) return "";
            return printable(text) == text
                       ? std::nullopt
                       : std::optional<std::string>("write it without control characters, in one line");
        case Type::name:
            return is_name(text) ? std::nullopt : std::optional<std::string>("");
        case Type::digest:
            return is_digest(text) ? std::nullopt
                                   : std::optional<std::string>("breakwater keys new makes a key and its digest");
        case Type::word:
        case Type::preference:
            return has_word(key.words, text) ? std::nullopt : std::optional(did_you_mean(text, words_of(key.words)));
        case Type::dialect: {
            const auto names = dialect_names(environment);
            return std::ranges::find(names, text) != names.end() ? std::nullopt
                                                                 : std::optional(did_you_mean(text, names));
        }
        case Type::preset:
            return find_preset(text) != nullptr ? std::nullopt : std::optional(did_you_mean(text, preset_names()));
        case Type::map:
        case Type::named_maps:
        case Type::list_of_maps:
        case Type::names:
        case Type::texts:
        case Type::secrets:
        case Type::word_list:
        case Type::headers:
        case Type::numbers:
            return key.words.empty() ? "" : did_you_mean(text, words_of(key.words));
        // An empty credential is reported by its reader, which knows what a credential must be.
        case Type::secret:
        case Type::later:
            return std::nullopt;
    }
    return std::nullopt;
}

bool has_extra_words(const KeySpec& key) noexcept {
    return !key.words.empty() && key.type != Type::word && key.type != Type::word_list && key.type != Type::preference;
}

std::string with_range_and_words(const KeySpec& key, std::string text) {
    if (!key.from.empty() && key.from == key.to) return fmt::format("`{}`", key.from);
    if (!key.from.empty()) text += fmt::format(", from {} to {}", key.from, key.to);
    if (!has_extra_words(key)) return text;
    std::string words;
    for (const std::string_view word : words_of(key.words))
        words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word);
    return fmt::format("{} or {}", words, text);
}

}  // namespace

bool is_container(Type type) noexcept {
    return type == Type::map || type == Type::named_maps || type == Type::list_of_maps || type == Type::names ||
           type == Type::texts || type == Type::word_list || type == Type::secrets || type == Type::headers ||
           type == Type::numbers;
}

bool is_name(std::string_view text) noexcept {
    const auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._/:-").find(c) != std::string_view::npos;
    };
    return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, is_good);
}

std::vector<std::string_view> words_of(std::string_view words) {
    return words.empty() ? std::vector<std::string_view>{} : split(words, ' ');
}

bool has_word(std::string_view words, std::string_view word) {
    const auto all = words_of(words);
    return std::ranges::find(all, word) != all.end();
}

std::vector<std::string_view> dialect_names(const Environment& environment) {
    std::vector<std::string_view> names;
    for (const DialectInfo& dialect : environment.dialects) names.push_back(dialect.name);
    return names;
}

std::string expectation(const KeySpec& key, const Environment& environment) {
    return with_range_and_words(key, type_expectation(key, environment));
}

std::string short_expectation(const KeySpec& key, const Environment& environment) {
    const std::string text = type_expectation(key, environment);
    return with_range_and_words(key, text.substr(0, text.find(", such as")));
}

std::optional<ScalarFault> scalar_fault(const KeySpec& key, std::string_view text, const Environment& environment) {
    if (has_extra_words(key) && has_word(key.words, text)) return std::nullopt;
    if (auto hint = syntax_hint(key, text, environment))
        return ScalarFault{expectation(key, environment), std::move(*hint)};
    const Parsed<double> value = numeric_value(key.type, text);
    if (value && !in_range(key, *value)) return ScalarFault{expectation(key, environment), {}};
    return std::nullopt;
}

}  // namespace breakwater::config
