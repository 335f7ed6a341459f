#include "explain_text.hpp"

#include <fmt/format.h>

#include "explain_words.hpp"

namespace breakwater {

namespace {

using nlohmann::ordered_json;

std::string or_dash(const ordered_json& object, const char* name, const char* form = "{}") {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number()) return "-";
    return fmt::format(fmt::runtime(form), found->get<double>());
}

void append_head(std::string& out, const ordered_json& page) {
    const ordered_json& request = page.at("request");
    const ordered_json& outcome = page.at("outcome");
    out += fmt::format("{}  {}  {} {}\n", text_of(request, "request_id"), text_of(request, "ts"),
                       text_of(request, "method"), text_of(request, "path"));
    const std::string route = text_of(request, "route");
    const std::string deployment = text_of(outcome, "deployment");
    out += fmt::format("model {}{}{}: {}, {}{}\n", text_of(request, "model"), route.empty() ? "" : ", route " + route,
                       request.value("stream", false) ? ", streamed" : "", text_of(outcome, "status"),
                       text_of(outcome, "ended"), deployment.empty() ? "" : " by " + deployment);
    if (const std::string error = text_of(outcome, "error"); !error.empty())
        out += fmt::format("{}: {}\n", error, text_of(outcome, "error_message"));
    if (const std::string adapted = text_of(outcome, "adapted"); !adapted.empty())
        out += fmt::format("adapted: {}\n", adapted);
    if (const auto tokens = outcome.find("tokens"); tokens != outcome.end())
        out += fmt::format("tokens: {} in, {} out; cost {}\n", or_dash(*tokens, "in"), or_dash(*tokens, "out"),
                           or_dash(outcome, "cost_usd", "${:.6f}"));
}

void append_attempts(std::string& out, const ordered_json& attempts) {
    if (attempts.empty()) return;
    out += fmt::format("\n{:>12} {:<20} {:<9} {:<28} {:>12} {:>12} {:>12}  HEDGE\n", "AT MS", "ATTEMPT", "REASON",
                       "OUTCOME", "FIRST TOKEN", "ENDED AFTER", "LEFT");
    for (const ordered_json& each : attempts) {
        const double first_token = number_of(each, "first_token_ms");
        std::string hedge;
        if (each.contains("late_after_ms"))
            hedge = fmt::format("due after {:.1f} ms: {}", number_of(each, "late_after_ms"),
                                each.contains("hedge") ? text_of(each, "hedge") : "not late");
        out += fmt::format("{:>12.1f} {:<20} {:<9} {:<28} {:>12} {:>12.1f} {:>12}  {}\n", number_of(each, "at_ms"),
                           text_of(each, "deployment"), text_of(each, "reason"), text_of(each, "outcome"),
                           first_token > 0 ? fmt::format("{:.1f}", first_token) : "-", number_of(each, "ms"),
                           or_dash(each, "deadline_left_ms", "{:.0f}"), hedge);
    }
}

void append_numbers(std::string& out, const char* title, const ordered_json& numbers) {
    if (!numbers.is_object()) return;
    out += fmt::format("\n{}\n", title);
    for (const auto& [name, value] : numbers.items())
        out += value.is_number() ? fmt::format("{:>12.1f} {}\n", value.get<double>(), name)
                                 : fmt::format("{:>12} {}\n", text_of(numbers, name.c_str()), name);
}

}  // namespace

void append_candidates(std::string& out, const ordered_json& decision) {
    if (!decision.is_object()) return;
    out += fmt::format("\n{:<20} {:>8} {:>12} {:>9} {:>8} {:>10} {:>9}  STATE\n", "CANDIDATE", "SCORE", "COST",
                       "SECONDS", "QUALITY", "P50 MS", "IN FLIGHT");
    for (const ordered_json& each : decision.at("kept")) {
        out += fmt::format("{:<20} {:>8} {:>12} {:>9} {:>8} {:>10} {:>9}  {}\n", text_of(each, "deployment"),
                           or_dash(each, "score"), or_dash(each, "cost_usd", "${:.6f}"), or_dash(each, "seconds"),
                           or_dash(each, "quality"), or_dash(each, "first_token_p50_ms", "{:.0f}"),
                           or_dash(each, "in_flight"), each.value("available", true) ? "ready" : "left alone");
    }
    for (const ordered_json& each : decision.at("removed")) out += "removed  " + removed_words(each) + "\n";
    const auto more =
        static_cast<std::int64_t>(number_of(decision, "kept_count") + number_of(decision, "removed_count")) -
        static_cast<std::int64_t>(decision.at("kept").size() + decision.at("removed").size());
    if (more > 0) out += fmt::format("and {} more\n", more);
}

std::string explain_text(const ordered_json& page) {
    std::string out;
    append_head(out, page);
    out += "\n";
    for (const ordered_json& sentence : page.at("summary")) out += sentence.get<std::string>() + "\n";
    append_candidates(out, page.at("decision"));
    append_attempts(out, page.at("attempts"));
    append_numbers(out, "TIME, MS", page.at("time_ms"));
    append_numbers(out, "TIMERS, MS", page.at("timers_ms"));
    return out;
}

}  // namespace breakwater
