#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/providers/provider.hpp"
#include "provider_answers.hpp"
#include "providers/bedrock/module.hpp"

namespace breakwater::testing_bedrock {

using nlohmann::json;

using test::Answer;
using test::ask_limited;
using test::assistant;
using test::assistant_turn;
using test::call;
using test::count;
using test::Decoded;
using test::every;
using test::function;
using test::message;
using test::read_text;
using test::result;
using test::system_says;
using test::user;

/// A deployment of this dialect whose capability map a test may bend.
struct Rig {
    Deployment deployment{.name = "d", .provider = "bedrock", .model = "anthropic.claude-sonnet-4-5-20250929-v1:0"};
    Secret key{};
    config::AdaptMode mode = config::AdaptMode::adapt;
    Adaptations adapted;
    config::Provider settings{.name = "bedrock", .dialect = "bedrock"};
    // 2026-01-02 03:04:05
    WallTime now{std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + std::chrono::hours(3) +
                 std::chrono::minutes(4) + std::chrono::seconds(5)};

    Rig() {
        deployment.capabilities = bedrock_module().capabilities();
        settings.aws.region = "us-east-1";
        settings.aws.keys = {.access_key_id = Secret("AKIDEXAMPLE"),
                             .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
    }
    explicit Rig(std::string model) : Rig() { deployment.model = std::move(model); }

    /// As a Claude model with token budgets (4.5 and before).
    Rig& budget_model() {
        deployment.capabilities.rule(Parameter::reasoning_budget).support = Support::native;
        deployment.facts.max_output = 64000;
        return *this;
    }
    /// As a Claude model with adaptive thinking.
    Rig& adaptive_model() {
        deployment.capabilities.rule(Parameter::reasoning_effort) = {.support = Support::native,
                                                                     .values = {"low", "medium", "high", "max"}};
        deployment.facts.max_output = 128000;
        return *this;
    }

    Result<HttpRequest> encode(const ChatRequest& request) {
        adapted = {};
        const auto provider = bedrock_module().make(settings);
        return provider->encode(request, {.deployment = deployment,
                                          .credential = key,
                                          .now = now,
                                          .mode = mode,
                                          .adapted = adapted,
                                          .aws = &settings.aws.keys});
    }
    json body(const ChatRequest& request) {
        const Result<HttpRequest> http = encode(request);
        EXPECT_TRUE(http) << (http ? "" : http.error().param + ": " + http.error().message);
        return http ? json::parse(http->body) : json();
    }
    /// The error's parameter, or "(none)".
    std::string refused(const ChatRequest& request) {
        const Result<HttpRequest> http = encode(request);
        return http ? "(none)" : http.error().param;
    }
};

/// Feeds the body in the pieces that end at `cuts`, and its rest.
inline Decoded decode(const Answer& answer, const std::vector<std::size_t>& cuts = {},
                      const ChatRequest& request = ask_limited("?"), const Rig& rig = {}) {
    const auto provider = bedrock_module().make(rig.settings);
    return test::decode(*provider->make_decoder(request, rig.deployment), answer, cuts);
}

/// The answer as JSON values, in the form of tests/fixtures/providers/bedrock/*/expected.json.
inline json as_fixture(const Decoded& decoded) {
    if (decoded.error) {
        json error{{"kind", to_string(decoded.error->kind)}};
        if (const auto& facts = decoded.error->upstream) {
            error.update({{"type", facts->type},
                          {"message", facts->message},
                          {"request_id", facts->request_id},
                          {"status", facts->status}});
        }
        return {{"error", error}};
    }
    const ResponseChoice& choice = decoded.choice();
    json out{{"id", decoded.response.id}, {"model", decoded.response.model}, {"text", choice.text},
             {"refusal", choice.refusal}, {"reasoning", choice.reasoning},   {"native_finish", choice.native_finish}};
    out["finish"] = choice.finish ? json(to_string(*choice.finish)) : json(nullptr);
    out["reasoning_blocks"] = json::array();
    for (const ReasoningPart& part : choice.reasoning_blocks) {
        out["reasoning_blocks"].push_back(
            {{"text", part.text}, {"signature", part.signature}, {"redacted", part.redacted}});
    }
    out["tool_calls"] = json::array();
    for (const ToolCallPart& part : choice.tool_calls) {
        const json parsed = json::parse(part.arguments, nullptr, false);
        out["tool_calls"].push_back({{"id", part.id},
                                     {"name", part.name},
                                     {"arguments", parsed.is_discarded() ? json(part.arguments) : parsed}});
    }
    out["annotations"] = json::array();
    for (const JsonText& annotation : choice.annotations) out["annotations"].push_back(json::parse(annotation));
    out["usage"] = nullptr;
    if (const auto& usage = decoded.response.usage) {
        out["usage"] = {{"input_uncached", count(usage->input_uncached)},
                        {"cache_read", count(usage->cache_read)},
                        {"cache_write", count(usage->cache_write)},
                        {"output", count(usage->output)},
                        {"reasoning", count(usage->reasoning)}};
    }
    return out;
}

inline bool was_adapted(const Adaptations& adapted, std::string_view field, AdaptAction action) {
    for (const Adaptation& entry : adapted.list()) {
        if (entry.field == field && entry.action == action) return true;
    }
    return false;
}

}  // namespace breakwater::testing_bedrock
