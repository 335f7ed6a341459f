#include "breakwater/providers/rate_limit_headers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/base/utc_time.hpp"
#include "retry_after.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 3> kPrefixes{"x-ratelimit-", "anthropic-ratelimit-", "ratelimit-"};
constexpr std::size_t kNameBytesMax = 64;
/// More than any account has, and small enough for sums.
constexpr double kFigureMax = 1e15;

enum class Part : std::uint8_t { limit, remaining, reset };
enum class Kind : std::uint8_t { requests, tokens, input, output };
enum class Window : std::uint8_t { unnamed, second, minute, hour, day, month };

/// What a header is about.
struct Subject {
    std::optional<Part> part{};
    Kind kind = Kind::requests;
    Window window = Window::unnamed;
};

template <class Value>
struct Word {
    std::string_view text;
    Value value;
};
constexpr std::array<Word<Part>, 3> kParts{
    {{"limit", Part::limit}, {"remaining", Part::remaining}, {"reset", Part::reset}}};
// "input-tokens" and "tokens-prompt" are of the finer kind, whichever word comes first.
constexpr std::array<Word<Kind>, 7> kKinds{{{"requests", Kind::requests},
                                            {"req", Kind::requests},
                                            {"tokens", Kind::tokens},
                                            {"input", Kind::input},
                                            {"prompt", Kind::input},
                                            {"output", Kind::output},
                                            {"generated", Kind::output}}};
constexpr std::array<Word<Window>, 5> kWindows{{{"second", Window::second},
                                                {"minute", Window::minute},
                                                {"hour", Window::hour},
                                                {"day", Window::day},
                                                {"month", Window::month}}};

template <class Value, std::size_t N>
std::optional<Value> find_word(const std::array<Word<Value>, N>& words, std::string_view text) noexcept {
    const auto found = std::ranges::find_if(words, [text](const auto& word) { return iequals(word.text, text); });
    return found == words.end() ? std::nullopt : std::optional(found->value);
}

/// Length of the prefix that the name begins with, or 0.
std::size_t prefix_of(std::string_view name) noexcept {
    for (const std::string_view prefix : kPrefixes) {
        if (istarts_with(name, prefix)) return prefix.size();
    }
    return 0;
}

/// Nothing when a word of the name is not known: what it counts is not known either.
std::optional<Subject> subject_of(std::string_view name) {
    const std::size_t prefix = prefix_of(name);
    if (prefix == 0 || name.size() > kNameBytesMax) return std::nullopt;
    Subject subject;
    name.remove_prefix(prefix);
    for (bool more = true; more;) {
        const std::size_t dash = name.find('-');
        const std::string_view word = name.substr(0, dash);
        more = dash != std::string_view::npos;
        if (more) name.remove_prefix(dash + 1);
        if (const auto part = find_word(kParts, word)) {
            subject.part = part;
        } else if (const auto kind = find_word(kKinds, word)) {
            subject.kind = std::max(subject.kind, *kind);
        } else if (const auto window = find_word(kWindows, word)) {
            subject.window = *window;
        } else {
            return std::nullopt;
        }
    }
    return subject.part ? std::optional(subject) : std::nullopt;
}

std::optional<std::int64_t> figure(std::string_view text) noexcept {
    const auto value = parse_double(text);
    if (!value || !std::isfinite(*value) || *value < 0) return std::nullopt;
    return static_cast<std::int64_t>(std::min(*value, kFigureMax));
}

Duration until(WallTime at, WallTime now) noexcept {
    return std::max<Duration>(std::chrono::duration_cast<Duration>(at - now), Duration::zero());
}

/// When the answer was made, unless that is so far away that the clock's nanoseconds could not hold what lies between.
std::optional<WallTime> date_of(const Headers& headers) {
    using namespace std::chrono_literals;
    const auto date = parse_http_date(headers.get("date"));
    if (!date || *date < std::chrono::sys_days(1970y / 1 / 1) || *date >= std::chrono::sys_days(2200y / 1 / 1))
        return std::nullopt;
    return *date;
}

/// An allowance of one window, and how its reset was written.
struct Group {
    Kind kind = Kind::requests;
    Window window = Window::unnamed;
    Allowance allowance{};
    bool used = false;
};

/// Where resets are durations or time stamps, they are of a bucket that is full again then (OpenAI, Groq, Anthropic);
/// plain numbers and named windows are of a count that begins anew.
void read_reset(Group& group, std::string_view text, WallTime now) {
    using std::chrono::milliseconds;
    constexpr double kEpochSeconds = 1e9;
    constexpr double kEpochMilliseconds = 1e12;
    const bool named = group.window != Window::unnamed;
    if (const auto number = parse_double(text)) {
        if (!std::isfinite(*number) || *number < 0) return;
        if (*number < kEpochSeconds) {
            group.allowance.reset = parse_span(text);
        } else {
            constexpr double kMillisecondsMax = 7e12;  // the clock's nanoseconds end a little later
            const double ms = *number < kEpochMilliseconds ? *number * 1000 : *number;
            if (ms > kMillisecondsMax) return;
            group.allowance.reset = until(WallTime(milliseconds(static_cast<std::int64_t>(ms))), now);
        }
    } else if (const auto at = parse_utc_time(text)) {
        group.allowance.reset = until(*at, now);
        group.allowance.refills = !named;
    } else if (const auto span = parse_span(text); span && text.empty()) {
        group.allowance.reset = *span;
        group.allowance.refills = !named;
    }
}

using Groups = std::array<Group, 8>;

/// The group of that kind and window, or null when there are more than anybody sends.
Group* group_of(Groups& groups, const Subject& subject) noexcept {
    for (Group& group : groups) {
        if (!group.used) group = {.kind = subject.kind, .window = subject.window, .used = true};
        if (group.kind == subject.kind && group.window == subject.window) return &group;
    }
    return nullptr;
}

/// What is left of the answer's tokens cannot be compared with a prompt; that nothing is left can.
bool counts(const Group& group) noexcept {
    return group.used && group.allowance.remaining && (group.kind != Kind::output || *group.allowance.remaining == 0);
}

void keep_tightest(Allowance& kept, const Allowance& other) {
    const auto order = [](const Allowance& each) {
        return std::pair(*each.remaining, -each.reset.value_or(Duration{0}));
    };
    if (!kept.remaining || order(other) < order(kept)) kept = other;
}

}  // namespace

bool has_rate_limits(const Headers& headers) noexcept {
    // By length and one letter first: few names come further.
    constexpr std::size_t kShortest = std::string_view("ratelimit-reset").size();
    return std::ranges::any_of(headers.fields(), [](const Headers::Field& field) {
        if (field.first.size() < kShortest) return false;
        const char first = static_cast<char>(field.first.front() | 0x20);
        return (first == 'x' || first == 'a' || first == 'r') && prefix_of(field.first) > 0;
    });
}

RateLimitReading read_rate_limits(const Headers& headers, WallTime now) {
    const WallTime answered = date_of(headers).value_or(now);
    Groups groups{};
    for (const auto& [name, raw] : headers.fields()) {
        const auto subject = subject_of(name);
        Group* const group = subject ? group_of(groups, *subject) : nullptr;
        if (group == nullptr) continue;
        const std::string_view value = trim(raw);
        if (subject->part == Part::limit) group->allowance.limit = figure(value);
        if (subject->part == Part::remaining) group->allowance.remaining = figure(value);
        if (subject->part == Part::reset) read_reset(*group, value, answered);
    }
    RateLimitReading reading;
    for (const Group& group : groups) {
        if (counts(group))
            keep_tightest(group.kind == Kind::requests ? reading.requests : reading.tokens, group.allowance);
    }
    return reading;
}

}  // namespace breakwater
