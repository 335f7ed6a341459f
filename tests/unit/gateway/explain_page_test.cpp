#include "gateway/explain_page.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

json attempt(const char* deployment, const char* outcome, double at, double ms, double first_token = 0) {
    return {{"deployment", deployment}, {"outcome", outcome},           {"reason", "first"}, {"at_ms", at}, {"ms", ms},
            {"connect_ms", 2},          {"first_token_ms", first_token}};
}

/// A log line of a request that `b` answered after 1 + 2 + 100 + 30 ms.
RecentRequests::Request request(json attempts, const char* served = "b") {
    json line{{"request_id", "req_1"},
              {"ts", "2026-01-01T00:00:00.000Z"},
              {"method", "POST"},
              {"path", "/v1/chat/completions"},
              {"status", 200},
              {"ended", "complete"},
              {"model", "r"},
              {"route", "r"},
              {"attempts", std::move(attempts)},
              {"ms", {{"total", 150}, {"receive", 1}, {"parse", 2}, {"first_byte", 130}, {"max_gap", 0}}}};
    if (*served != '\0') line["deployment"] = served;
    return {line.dump(), {.deadline = 10s, .timeouts = {.total = 10s}}};
}

json page(const RecentRequests::Request& recent) {
    return json::parse(explain_page(recent, PageForm::json));
}

TEST(ExplainPage, SplitsTheTimeOfTheAttemptThatServed) {
    const json got = page(request({attempt("a", "upstream_error", 0, 90), attempt("b", "ok", 100, 45, 30)}));
    EXPECT_EQ(got["time_ms"], json::parse(R"({"receive": 1, "read_and_route": 2, "before_serving_attempt": 100,
        "connect": 2, "first_token": 28, "rest_of_answer": 17, "total": 150, "until_first_byte": 133,
        "longest_gap": 0})"));
    EXPECT_EQ(got["attempts"][1]["deadline_left_ms"], 9'897);
    EXPECT_EQ(got["timers_ms"]["deadline_left"], 9'850);
    EXPECT_EQ(got["timers_ms"]["deadline_of"], "route");
}

TEST(ExplainPage, TellsAttemptsInTheOrderInWhichTheyBegan) {
    const json got = page(request({attempt("b", "ok", 100, 45, 30), attempt("b", "outrun", 0, 149, 29)}));
    EXPECT_EQ(got["attempts"][0]["outcome"], "outrun");
    EXPECT_EQ(got["time_ms"]["before_serving_attempt"], 100) << "that of the answer, not of the one that was outrun";
}

TEST(ExplainPage, HasNoAnswerToSplitWhenAllFailed) {
    const json got = page(request(json::array({attempt("a", "upstream_error", 0, 90)}), ""));
    EXPECT_EQ(got["time_ms"]["without_answer"], 147);
    EXPECT_FALSE(got["time_ms"].contains("connect"));
}

TEST(ExplainPage, SaysWhoseDeadlineItWas) {
    RecentRequests::Request recent = request(json::array());
    recent.timers.deadline = 5s;
    EXPECT_EQ(page(recent)["timers_ms"]["deadline_of"], "client");
    recent.timers.deadline = 0s;
    EXPECT_TRUE(page(recent)["timers_ms"].is_null());
}

TEST(ExplainPage, SaysWhyInSentences) {
    struct Case {
        const char* why;
        const char* affinity;  ///< of own deployment "c", or null
        std::vector<std::string> words;
    };
    const std::string all = "All 2 candidates met the constraints.";
    const std::string equal = "2 candidates are nearly equal by cost; ";
    const std::string own = "The conversation's own deployment is c, which ";
    const Case cases[] = {
        {"listed", nullptr, {all, "a stands first in the list."}},
        {"best", nullptr, {all, "a is the best by cost, and no other comes near it."}},
        {"weighted", nullptr, {all, "a was drawn by chance, in the shares of the weights."}},
        {"less_busy", nullptr, {all, equal + "of two of them, taken by chance, a has less work in flight."}},
        {"unmeasured", nullptr, {all, "a has its turn among the few requests that try what nobody has measured."}},
        {"conversation", "kept", {all, equal + "the conversation stays on one of them, a."}},
        {"named", "overruled", {all, "The client named a first.", own + "gave way to what the client named."}},
        {"available",
         "unavailable",
         {all, "a is first because those before it cannot be asked now.", own + "cannot be asked now."}},
        {"conversation",
         "busy",
         {all, equal + "the conversation stays on one of them, a.",
          own + "has far more work in flight than the others."}},
        {"conversation",
         "slow_start",
         {all, equal + "the conversation stays on one of them, a.",
          own + "has just come back and gets its share step by step."}},
    };
    for (const Case& each : cases) {
        RecentRequests::Request recent = request(json::array());
        json line = json::parse(recent.line);
        line["decision_trace"] = {{"prefer", "cost"},
                                  {"why", each.why},
                                  {"near_equals", 2},
                                  {"kept_count", 2},
                                  {"kept", {{{"deployment", "a"}, {"score", 1}}, {{"deployment", "b"}, {"score", 1}}}},
                                  {"removed_count", 0},
                                  {"removed", json::array()}};
        if (each.affinity != nullptr) line["decision_trace"]["affinity"] = {{"outcome", each.affinity}, {"own", "c"}};
        recent.line = line.dump();
        auto summary = page(recent)["summary"].get<std::vector<std::string>>();
        summary.resize(each.words.size());
        EXPECT_EQ(summary, each.words);
        const std::string text = explain_page(recent, PageForm::text);
        for (const std::string& words : each.words) EXPECT_NE(text.find(words), std::string::npos) << text;
    }
}

TEST(ExplainPage, SaysThatTheBudgetWithheldARetryAndWhatToChange) {
    RecentRequests::Request recent = request(json::array({attempt("a", "upstream_error", 0, 90)}), "");
    EXPECT_FALSE(page(recent)["outcome"].contains("retry"));
    EXPECT_EQ(page(recent)["summary"].dump().find("budget"), std::string::npos);
    json line = json::parse(recent.line);
    line["retry"] = "no_budget";
    recent.line = line.dump();
    const std::string words =
        "No further attempt was made, for the retry budget of route r was spent (no_budget): more of its requests "
        "failed than the budget retries. See to the failures first; for more retries raise `budget` or `budget_floor` "
        "of the route's `retry` policy.";
    EXPECT_EQ(page(recent)["outcome"]["retry"], "no_budget");
    EXPECT_EQ(page(recent)["summary"][2], words) << "behind what became of the attempts";
    EXPECT_NE(explain_page(recent, PageForm::text).find("\n" + words + "\n"), std::string::npos);
}

TEST(ExplainPage, CutsLongWordsBetweenCharacters) {
    std::string code(79, 'x');
    code += "\u00e4\u00e4";
    const json got = page(request(json::array({attempt("a", code.c_str(), 0, 90)}), ""));
    EXPECT_EQ(got["summary"][1], "a failed after 90.0 ms with " + std::string(79, 'x') + ".");
    EXPECT_EQ(got["attempts"][0]["outcome"], code);
}

TEST(ExplainPage, IsPlainTextWhateverAClientSent) {
    RecentRequests::Request recent = request(json::array());
    json line = json::parse(recent.line);
    line["model"] = "x\n\x1b[31mSTATE\r" + std::string(50'000, 'y');
    line["path"] = "/v1/\n";
    recent.line = line.dump();
    const std::string text = explain_page(recent, PageForm::text);
    EXPECT_LT(text.size(), 3'000u);
    for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
    EXPECT_NE(text.find("model x??[31mSTATE?y"), std::string::npos) << text;
}

}  // namespace
}  // namespace breakwater
