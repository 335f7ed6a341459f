#include "explain_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "explain_text.hpp"
#include "explain_words.hpp"

namespace breakwater {

namespace {

using nlohmann::ordered_json;

double milliseconds(Duration span) {
    return std::chrono::duration<double, std::milli>(span).count();
}

/// To the microsecond, as log lines have it.
double rounded(double ms) {
    return std::max(0.0, std::round(ms * 1e3) / 1e3);
}

ordered_json take(const ordered_json& line, std::initializer_list<const char*> names) {
    ordered_json part = ordered_json::object();
    for (const char* name : names) {
        if (const auto found = line.find(name); found != line.end()) part[name] = *found;
    }
    return part;
}

/// In the order in which they began, each with what was left of the deadline then. Attempts count from when the request
/// had been read.
ordered_json attempts_of(const ordered_json& line, const RecentRequests::Timers& timers) {
    std::vector<ordered_json> attempts;
    if (const auto found = line.find("attempts"); found != line.end()) attempts.assign(found->begin(), found->end());
    std::ranges::sort(attempts, {}, [](const ordered_json& each) { return number_of(each, "at_ms"); });
    if (timers.deadline > Duration::zero()) {
        const ordered_json& ms = line.at("ms");
        const double begun = number_of(ms, "receive") + number_of(ms, "parse");
        for (ordered_json& each : attempts)
            each["deadline_left_ms"] = rounded(milliseconds(timers.deadline) - begun - number_of(each, "at_ms"));
    }
    return attempts;
}

/// The attempt whose answer the client got, or null. One that was held back and failed has content, too, but is
/// followed by another.
const ordered_json* serving_of(const ordered_json& line, const ordered_json& attempts) {
    const std::string served = text_of(line, "deployment");
    const ordered_json* serving = nullptr;
    for (const ordered_json& each : attempts) {
        const bool answers = number_of(each, "first_token_ms") > 0 && text_of(each, "outcome") != "outrun";
        if (answers && !served.empty() && text_of(each, "deployment") == served) serving = &each;
    }
    return serving;
}

/// Spans that follow each other, and add up to the total.
ordered_json time_of(const ordered_json& line, const ordered_json* serving) {
    const ordered_json& ms = line.at("ms");
    ordered_json time;
    double left = number_of(ms, "total");
    const auto add = [&](const char* name, double span) {
        time[name] = rounded(span);
        left -= span;
    };
    add("receive", number_of(ms, "receive"));
    add("read_and_route", number_of(ms, "parse"));
    if (serving != nullptr) {
        const double connect = number_of(*serving, "connect_ms");
        add("before_serving_attempt", number_of(*serving, "at_ms"));
        add("connect", connect);
        add("first_token", number_of(*serving, "first_token_ms") - connect);
        add("rest_of_answer", left);
    } else {
        add("without_answer", left);
    }
    time["total"] = ms.at("total");
    time["until_first_byte"] =
        rounded(number_of(time, "receive") + number_of(time, "read_and_route") + number_of(ms, "first_byte"));
    if (const auto queued = ms.find("queue"); queued != ms.end()) time["in_queue"] = *queued;
    time["longest_gap"] = ms.at("max_gap");
    return time;
}

ordered_json timers_of(const ordered_json& line, const RecentRequests::Timers& timers) {
    if (timers.deadline <= Duration::zero()) return nullptr;
    const double deadline = milliseconds(timers.deadline);
    const config::AttemptTimeouts& limits = timers.timeouts;
    return {{"deadline", rounded(deadline)},
            {"deadline_left", rounded(deadline - number_of(line.at("ms"), "total"))},
            {"deadline_of", timers.deadline < limits.total ? "client" : "route"},
            {"connect", limits.connect.count()},
            {"head", limits.head.count()},
            {"first_token", limits.first_token.count()},
            {"gap", limits.gap.count()},
            {"total", limits.total.count()}};
}

std::string time_words(const ordered_json& time, const ordered_json* serving) {
    const std::string early = fmt::format("{:.1f} ms to receive the request, {:.1f} ms to read it and find its route",
                                          number_of(time, "receive"), number_of(time, "read_and_route"));
    if (serving == nullptr)
        return fmt::format("It took {:.1f} ms: {}, and the rest without an answer.", number_of(time, "total"), early);
    const std::string name = text_of(*serving, "deployment");
    return fmt::format(
        "It took {:.1f} ms: {}, {:.1f} ms before {} was asked, {:.1f} ms to connect, {:.1f} ms until its first token, "
        "{:.1f} ms for the rest of the answer.",
        number_of(time, "total"), early, number_of(time, "before_serving_attempt"), name, number_of(time, "connect"),
        number_of(time, "first_token"), number_of(time, "rest_of_answer"));
}

ordered_json summary_of(const ordered_json& page, const ordered_json* serving) {
    std::vector<std::string> words = decision_words(page.at("decision"));
    if (const auto passed = page.find("passed_over"); passed != page.end()) words.push_back(passed_over_words(*passed));
    if (const double queued = number_of(page.at("time_ms"), "in_queue"); queued > 0)
        words.push_back(fmt::format("It waited {:.1f} ms for a place.", queued));
    if (std::string text = attempts_words(page.at("attempts")); !text.empty()) words.push_back(std::move(text));
    std::string withheld = retry_words(text_of(page.at("request"), "route"), text_of(page.at("outcome"), "retry"));
    if (!withheld.empty()) words.push_back(std::move(withheld));
    words.push_back(time_words(page.at("time_ms"), serving));
    const ordered_json& timers = page.at("timers_ms");
    if (timers.is_object())
        words.push_back(fmt::format("The {}'s deadline was {:.1f} s, of which {:.1f} s were left.",
                                    text_of(timers, "deadline_of"), number_of(timers, "deadline") / 1e3,
                                    number_of(timers, "deadline_left") / 1e3));
    return words;
}

ordered_json page_of(const RecentRequests::Request& request) {
    const ordered_json line = ordered_json::parse(request.line);
    ordered_json page;
    page["request"] = take(line, {"request_id", "trace_id", "ts", "client", "key", "method", "path", "model", "route",
                                  "stream", "bytes_in", "config"});
    page["summary"] = nullptr;  // its place, before what it is made from
    page["outcome"] = take(line, {"status", "ended", "reason", "deployment", "provider", "served", "adapted", "retry",
                                  "finish", "error", "error_message", "tokens", "cost_usd", "events", "bytes_out"});
    const auto decision = line.find("decision_trace");
    page["decision"] = decision != line.end() ? *decision : ordered_json();
    if (const auto passed = line.find("passed_over"); passed != line.end()) page["passed_over"] = *passed;
    page["attempts"] = attempts_of(line, request.timers);
    const ordered_json* const serving = serving_of(line, page["attempts"]);
    page["time_ms"] = time_of(line, serving);
    page["timers_ms"] = timers_of(line, request.timers);
    page["summary"] = summary_of(page, serving);
    return page;
}

}  // namespace

std::string explain_page(const RecentRequests::Request& request, PageForm form) {
    const ordered_json page = page_of(request);
    return form == PageForm::text ? explain_text(page) : page.dump(2) + "\n";
}

}  // namespace breakwater
