#pragma once

#include <gtest/gtest.h>

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
#include "providers/google/module.hpp"

namespace breakwater::testing_google {

using nlohmann::json;

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline Message message(Role role, std::string text) {
    return {.role = role, .parts = {TextPart{.text = std::move(text)}}};
}
inline Message user(std::string text) {
    return message(Role::user, std::move(text));
}
inline Message assistant(std::string text) {
    return message(Role::assistant, std::move(text));
}
inline Message system_says(std::string text) {
    return message(Role::system, std::move(text));
}
inline ToolCallPart call(std::string id, std::string name, std::string arguments) {
    return {.id = std::move(id), .name = std::move(name), .arguments = std::move(arguments)};
}
inline Message calls(std::vector<ContentPart> parts) {
    return {.role = Role::assistant, .parts = std::move(parts)};
}
inline Message result(std::string id, std::string text) {
    return {.role = Role::tool, .parts = {TextPart{.text = std::move(text)}}, .tool_call_id = std::move(id)};
}
inline ChatRequest ask(std::string text) {
    return {.messages = {user(std::move(text))}, .max_tokens = 1000};
}
inline Tool function(std::string name, std::string parameters = R"({"type":"object","properties":{}})") {
    return {.name = std::move(name), .parameters = std::move(parameters)};
}

/// A deployment of this dialect whose capability map a test may bend. Its model's name says nothing.
struct Rig {
    Deployment deployment{.name = "gemini", .provider = "google", .model = "gemini-test"};
    Secret key{"AIza-test"};
    config::AdaptMode mode = config::AdaptMode::adapt;
    Adaptations adapted;
    config::Provider settings{.name = "google", .dialect = "google"};

    Rig() { deployment.capabilities = google_module().capabilities(); }

    /// As Gemini 2.5, which thinks by a budget.
    Rig& budget_model(double least = 0, double most = 24576) {
        deployment.capabilities.rule(Parameter::reasoning_effort).support = Support::emulated;
        deployment.capabilities.rule(Parameter::reasoning_budget) = {
            .support = Support::native, .min = least, .max = most};
        return *this;
    }
    /// As Gemini 3, which thinks by levels.
    Rig& level_model(std::vector<std::string> values = {"minimal", "low", "medium", "high"}) {
        deployment.capabilities.rule(Parameter::reasoning_effort) = {.support = Support::native,
                                                                     .values = std::move(values)};
        deployment.capabilities.set(Feature::reasoning_off, Support::absent);
        return *this;
    }
    /// As Gemini 2.0, which does not think and takes schemas in the older form.
    Rig& old_model() {
        deployment.model = "gemini-2.0-flash";
        return *this;
    }

    Result<HttpRequest> encode(const ChatRequest& request) {
        adapted = {};
        const auto provider = google_module().make(settings);
        return provider->encode(request,
                                {.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted});
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

/// What an answer folds to, or the failure it ended with.
struct Decoded {
    ChatResponse response;
    std::optional<Error> error;
    bool ended = false;

    [[nodiscard]] const ResponseChoice& choice() const {
        static const ResponseChoice kNone;
        return response.choices.empty() ? kNone : response.choices.front();
    }
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    Headers headers{};
};

/// Feeds the body in the pieces that end at `cuts`, and its rest.
inline Decoded decode(const Answer& answer, const std::vector<std::size_t>& cuts = {},
                      const ChatRequest& request = ask("?"), const Rig& rig = {}) {
    const auto provider = google_module().make(rig.settings);
    const auto decoder = provider->make_decoder(request, rig.deployment);
    // Behind the guard, as in the gateway: it supplies what no decoder has to.
    ResponseFold fold;
    Rng rng(1);
    StreamGuard guard(fold, rng);
    Decoded out;
    const auto run = [&]() -> Result<void> {
        HttpResponseHead head{.status = answer.status, .headers = answer.headers};
        head.headers.add("content-type", answer.content_type);
        if (auto done = decoder->on_head(head); !done) return done;
        std::size_t begin = 0;
        for (const std::size_t cut : cuts) {
            // A copy of exact size, so that the sanitizer sees reads beyond a piece and views kept after it.
            const std::string piece = answer.body.substr(begin, cut - begin);
            if (auto done = decoder->on_body(piece, guard); !done) return done;
            begin = cut;
        }
        const std::string rest = answer.body.substr(begin);
        if (auto done = decoder->on_body(rest, guard); !done) return done;
        return decoder->on_end(guard);
    };
    if (auto done = run(); !done) {
        out.error = done.error();
    } else {
        out.error = fold.fault();
    }
    out.ended = fold.ended() && !fold.fault();
    out.response = fold.take();
    return out;
}

inline std::vector<std::size_t> every(std::size_t step, std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
    return cuts;
}

inline json count(const std::optional<std::int64_t>& value) {
    return value ? json(*value) : json(nullptr);
}

/// The answer as JSON values, in the form of tests/fixtures/providers/google/*/expected.json.
inline json describe(const Decoded& decoded) {
    if (decoded.error) {
        json error{{"kind", to_string(decoded.error->kind)}};
        if (const auto& facts = decoded.error->upstream) {
            error.update({{"type", facts->type}, {"message", facts->message}, {"status", facts->status}});
        }
        return {{"error", error}};
    }
    const ResponseChoice& choice = decoded.choice();
    json out{{"id", decoded.response.id}, {"model", decoded.response.model}, {"text", choice.text},
             {"refusal", choice.refusal}, {"reasoning", choice.reasoning},   {"native_finish", choice.native_finish}};
    out["finish"] = choice.finish ? json(to_string(*choice.finish)) : json(nullptr);
    out["reasoning_blocks"] = json::array();
    for (const ReasoningPart& part : choice.reasoning_blocks)
        out["reasoning_blocks"].push_back({{"text", part.text}, {"signature", part.signature}});
    out["tool_calls"] = json::array();
    for (const ToolCallPart& part : choice.tool_calls) {
        out["tool_calls"].push_back({{"id", part.id},
                                     {"name", part.name},
                                     {"arguments", json::parse(part.arguments)},
                                     {"extension", part.extension.empty() ? json() : json::parse(part.extension)}});
    }
    out["annotations"] = json::array();
    for (const JsonText& annotation : choice.annotations) out["annotations"].push_back(json::parse(annotation));
    if (!choice.logprobs.empty()) out["logprobs"] = json::parse(choice.logprobs);
    for (std::size_t i = 1; i < decoded.response.choices.size(); ++i) {
        const ResponseChoice& other = decoded.response.choices[i];
        out["others"].push_back({{"text", other.text}, {"finish", to_string(*other.finish)}});
    }
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

}  // namespace breakwater::testing_google
