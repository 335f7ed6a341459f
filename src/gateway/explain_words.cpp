#include "explain_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace breakwater {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t kRemovedInSentence = 4;

std::string prefer_words(const ordered_json& decision) {
    const auto found = decision.find("prefer");
    if (found == decision.end()) return "order";
    if (found->is_string()) return printable(found->get<std::string>());
    std::string text;
    for (const auto& [name, share] : found->items())
        text += fmt::format("{}{} {}", text.empty() ? "" : " + ", share.get<double>(), name);
    return text;
}

std::string first_words(const ordered_json& decision, const std::string& first) {
    const std::string why = text_of(decision, "why");
    const std::string prefer = prefer_words(decision);
    const auto equals = fmt::format("{} candidates are nearly equal by {}", number_of(decision, "near_equals"), prefer);
    if (why == "best") return fmt::format("{} is the best by {}, and no other comes near it.", first, prefer);
    if (why == "weighted") return fmt::format("{} was drawn by chance, in the shares of the weights.", first);
    if (why == "less_busy")
        return fmt::format("{}; of two of them, taken by chance, {} has less work in flight.", equals, first);
    if (why == "unmeasured")
        return fmt::format("{} has its turn among the few requests that try what nobody has measured.", first);
    if (why == "conversation") return fmt::format("{}; the conversation stays on one of them, {}.", equals, first);
    if (why == "named") return fmt::format("The client named {} first.", first);
    if (why == "available") return fmt::format("{} is first because those before it cannot be asked now.", first);
    return fmt::format("{} stands first in the list.", first);
}

std::string affinity_words(const ordered_json& affinity) {
    const std::string outcome = text_of(affinity, "outcome");
    if (outcome == "kept") return {};
    const char* const why = outcome == "unavailable"  ? "cannot be asked now"
                            : outcome == "busy"       ? "has far more work in flight than the others"
                            : outcome == "slow_start" ? "has just come back and gets its share step by step"
                                                      : "gave way to what the client named";
    return fmt::format("The conversation's own deployment is {}, which {}.", text_of(affinity, "own"), why);
}

std::string removed_sentence(const ordered_json& decision) {
    const auto count = static_cast<std::int64_t>(number_of(decision, "removed_count"));
    const auto all = count + static_cast<std::int64_t>(number_of(decision, "kept_count"));
    if (count == 0)
        return fmt::format("{} met the constraints.",
                           all == 1 ? "The only candidate" : fmt::format("All {} candidates", all));
    std::string text = fmt::format("Of {} {} removed: ", counted(all, "candidate"),
                                   count == 1 ? "1 was" : fmt::format("{} were", count));
    std::size_t shown = 0;
    for (const ordered_json& removed : decision.at("removed")) {
        if (shown == kRemovedInSentence) break;
        text += (shown++ > 0 ? "; " : "") + removed_words(removed);
    }
    const auto more = count - static_cast<std::int64_t>(shown);
    return text + (more > 0 ? fmt::format("; and {} more.", more) : ".");
}

const char* reason_words(const std::string& reason) {
    if (reason == "same") return " once more";
    if (reason == "other_credential") return " with another credential";
    if (reason == "failover") return " instead";
    if (reason == "again") return " again after a pause";
    if (reason == "continue") return " went on with the broken answer, and";
    if (reason == "restart") return " gave the broken answer anew, and";
    if (reason == "hedge") return " beside it, because it was late";
    return "";
}

std::string outcome_words(const ordered_json& attempt) {
    const std::string outcome = text_of(attempt, "outcome");
    const double ms = number_of(attempt, "ms");
    if (outcome == "ok")
        return fmt::format("answered, the first token after {:.1f} ms", number_of(attempt, "first_token_ms"));
    if (outcome == "outrun") return fmt::format("was outrun after {:.1f} ms", ms);
    if (outcome == "client_gone") return fmt::format("was ended after {:.1f} ms, for the client had gone", ms);
    const double status = number_of(attempt, "status");
    return fmt::format("failed after {:.1f} ms with {}{}", ms, outcome,
                       status > 0 ? fmt::format(" (status {})", status) : "");
}

}  // namespace

std::string printable(std::string_view text) {
    std::size_t end = std::min<std::size_t>(text.size(), 80);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    std::string out;
    for (const char c : text.substr(0, end)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out;
}

std::string text_of(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return {};
    return printable(found->is_string() ? found->get<std::string>() : found->dump());
}

double number_of(const ordered_json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

std::string counted(std::int64_t count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string removed_words(const ordered_json& removed) {
    std::string reasons;
    for (const ordered_json& unmet : removed.at("unmet"))
        reasons +=
            fmt::format("{}{} ({})", reasons.empty() ? "" : ", ", text_of(unmet, "constraint"), text_of(unmet, "why"));
    return text_of(removed, "deployment") + ": " + reasons;
}

std::vector<std::string> decision_words(const ordered_json& decision) {
    if (!decision.is_object())
        return {"The route is a plain list: its deployments are asked in their order, and nothing was chosen."};
    std::vector<std::string> words{removed_sentence(decision)};
    const ordered_json& kept = decision.at("kept");
    if (kept.empty()) {
        words.push_back("Nobody was left to ask. The nearest is " + text_of(decision, "nearest") + ".");
        return words;
    }
    words.push_back(first_words(decision, text_of(kept.front(), "deployment")));
    if (const auto affinity = decision.find("affinity"); affinity != decision.end()) {
        if (std::string text = affinity_words(*affinity); !text.empty()) words.push_back(std::move(text));
    }
    if (decision.contains("given_up")) words.emplace_back("No candidate can reason, so that wish was given up.");
    if (!decision.value("alternatives", true)) words.emplace_back("The client wants no other to be asked.");
    return words;
}

std::string passed_over_words(const ordered_json& passed_over) {
    std::string text;
    for (const ordered_json& each : passed_over)
        text +=
            fmt::format("{}{} ({})", text.empty() ? "" : ", ", text_of(each, "deployment"), text_of(each, "reason"));
    return "Passed over before: " + text + ".";
}

std::string attempts_words(const ordered_json& attempts) {
    std::string text;
    for (const ordered_json& attempt : attempts) {
        text += fmt::format("{}{}{} {}", text.empty() ? "" : "; ", text_of(attempt, "deployment"),
                            reason_words(text_of(attempt, "reason")), outcome_words(attempt));
    }
    return text.empty() ? text : text + ".";
}

std::string retry_words(const std::string& route, const std::string& retry) {
    if (retry != "no_budget") return {};
    return fmt::format(
        "No further attempt was made, for the retry budget of route {} was spent ({}): more of its requests failed "
        "than the budget retries. See to the failures first; for more retries raise `budget` or `budget_floor` of the "
        "route's `retry` policy.",
        route, retry);
}

}  // namespace breakwater
