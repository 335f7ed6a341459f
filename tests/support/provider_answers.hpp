#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/providers/provider.hpp"

// What the tests of every native provider need: requests in short words, an encoder whose deployment can be bent, and
// answers decoded in pieces and told as JSON values.
namespace breakwater::test {

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
inline Message assistant_turn(std::vector<ContentPart> parts) {
    return {.role = Role::assistant, .parts = std::move(parts)};
}
inline Message result(std::string id, std::string text) {
    return {.role = Role::tool, .parts = {TextPart{.text = std::move(text)}}, .tool_call_id = std::move(id)};
}
inline ChatRequest ask(std::string text) {
    return {.messages = {user(std::move(text))}};
}
/// For dialects that want a limit of the answer.
inline ChatRequest ask_limited(std::string text) {
    return {.messages = {user(std::move(text))}, .max_tokens = 1000};
}
inline Tool function(std::string name, std::string parameters = R"({"type":"object","properties":{}})") {
    return {.name = std::move(name), .parameters = std::move(parameters)};
}

/// A deployment of a dialect whose capability map a test may bend.
struct ProviderRig {
    explicit ProviderRig(const ProviderModule& tested) : module(tested) {
        deployment.capabilities = module.capabilities();
    }

    ProviderModule module;
    Deployment deployment{.name = "d", .provider = "p", .model = "m-1"};
    Secret key{"test-key-0001"};
    config::AdaptMode mode = config::AdaptMode::adapt;
    Adaptations adapted{};
    config::Provider settings{.name = "p", .dialect = std::string(module.dialect), .base_url = "http://127.0.0.1:1"};

    Result<HttpRequest> encode(const ChatRequest& request) {
        adapted = {};
        return module.make(settings)->encode(
            request, {.deployment = deployment, .credential = key, .mode = mode, .adapted = adapted});
    }
    json body(const ChatRequest& request) {
        Result<HttpRequest> http = encode(request);
        EXPECT_TRUE(http) << (http ? "" : http.error().param + ": " + http.error().message);
        return http ? json::parse(whole_body(std::move(*http))) : json();
    }
    /// The error's parameter, or "(none)".
    std::string refused(const ChatRequest& request) {
        const Result<HttpRequest> http = encode(request);
        return http ? "(none)" : http.error().param;
    }
    [[nodiscard]] bool was(std::string_view field, AdaptAction action) const {
        for (const Adaptation& entry : adapted.list()) {
            if (entry.field == field && entry.action == action) return true;
        }
        return false;
    }
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    Headers headers{};
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

/// Feeds the body in the pieces that end at `cuts`, and its rest, into `sink`.
inline Result<void> feed(ResponseDecoder& decoder, const Answer& answer, const std::vector<std::size_t>& cuts,
                         EventSink& sink) {
    HttpResponseHead head{.status = answer.status, .headers = answer.headers};
    head.headers.add("content-type", answer.content_type);
    if (auto done = decoder.on_head(head); !done) return done;
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
        // A copy of exact size, so that the sanitizer sees reads beyond a piece and views kept after it.
        const std::string piece = answer.body.substr(begin, cut - begin);
        if (auto done = decoder.on_body(piece, sink); !done) return done;
        begin = cut;
    }
    const std::string rest = answer.body.substr(begin);
    return rest.empty() ? decoder.on_end(sink) : decoder.on_last(rest, sink);
}

/// Decodes behind the guard, as in the gateway: it supplies what no decoder has to.
inline Decoded decode(ResponseDecoder& decoder, const Answer& answer, const std::vector<std::size_t>& cuts) {
    ResponseFold fold;
    Rng rng(1);
    StreamGuard guard(fold, rng);
    Decoded out;
    if (auto done = feed(decoder, answer, cuts, guard); !done) {
        out.error = done.error();
    } else {
        out.error = fold.fault();
    }
    out.ended = fold.ended() && !fold.fault();
    out.response = fold.take();
    return out;
}

inline Decoded decode(const ProviderRig& rig, const Answer& answer, const std::vector<std::size_t>& cuts = {},
                      const ChatRequest& request = ask("?")) {
    return decode(*rig.module.make(rig.settings)->make_decoder(request, rig.deployment), answer, cuts);
}

inline std::vector<std::size_t> every(std::size_t step, std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = step; at < size; at += step) cuts.push_back(at);
    return cuts;
}

inline json count(const std::optional<std::int64_t>& value) {
    return value ? json(*value) : json(nullptr);
}

/// The answer as JSON values. Members that are empty are left out, so that a fixture says what it is about.
inline json describe(const Decoded& decoded) {
    if (decoded.error) {
        json error{{"kind", to_string(decoded.error->kind)}};
        if (const auto& facts = decoded.error->upstream) {
            error.update({{"type", facts->type}, {"message", facts->message}, {"status", facts->status}});
        }
        return {{"error", error}};
    }
    const ResponseChoice& choice = decoded.choice();
    json out{{"text", choice.text}, {"native_finish", choice.native_finish}};
    if (!decoded.response.id.empty()) out["id"] = decoded.response.id;
    if (!decoded.response.model.empty()) out["model"] = decoded.response.model;
    if (decoded.response.created != 0) out["created"] = decoded.response.created;
    if (!choice.reasoning.empty()) out["reasoning"] = choice.reasoning;
    if (!choice.logprobs.empty()) out["logprobs"] = json::parse(choice.logprobs);
    out["finish"] = choice.finish ? json(to_string(*choice.finish)) : json(nullptr);
    for (const ToolCallPart& part : choice.tool_calls) {
        const json parsed = json::parse(part.arguments, nullptr, false);
        out["tool_calls"].push_back({{"id", part.id},
                                     {"name", part.name},
                                     {"arguments", parsed.is_discarded() ? json(part.arguments) : parsed}});
    }
    for (const JsonText& annotation : choice.annotations) out["annotations"].push_back(json::parse(annotation));
    if (const auto& usage = decoded.response.usage) {
        out["usage"] = {{"input_uncached", count(usage->input_uncached)},
                        {"cache_read", count(usage->cache_read)},
                        {"output", count(usage->output)},
                        {"reasoning", count(usage->reasoning)}};
    }
    return out;
}

}  // namespace breakwater::test
