#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "breakwater/config/presets.hpp"
#include "breakwater/providers/openai.hpp"

namespace breakwater::test {

using Json = nlohmann::json;

/// A provider, a deployment on it, and what encoding a request gave.
struct Encoder {
    config::Provider provider{};
    Deployment deployment{.model = "upstream-model"};
    Secret credential{"key-1"};
    config::AdaptMode mode = config::AdaptMode::adapt;
    Adaptations adapted{};
    std::optional<config::Quirks> quirks{};  ///< instead of the preset's

    /// Of a compatible server that nobody knows, unless told otherwise.
    explicit Encoder(std::string base_url = "http://127.0.0.1:8000/v1") { provider.base_url = std::move(base_url); }

    Result<HttpRequest> encode(const ChatRequest& request) {
        config::Provider settings = provider;
        settings.dialect = "openai";
        config::apply_preset(settings);
        if (quirks) settings.quirks = *quirks;
        return make_openai_provider(settings)->encode(
            request, {.deployment = deployment, .credential = credential, .mode = mode, .adapted = adapted});
    }
    /// The body as a value; null when the request was refused.
    Json body(const ChatRequest& request) {
        Result<HttpRequest> encoded = encode(request);
        return encoded ? Json::parse(whole_body(std::move(*encoded))) : Json();
    }
};

inline Encoder openai_encoder() {
    return Encoder("https://api.openai.com/v1");
}

inline Message text_message(Role role, std::string text) {
    return {.role = role, .parts = {TextPart{.text = std::move(text)}}, .plain = true};
}

inline ChatRequest request_with(std::vector<Message> messages) {
    return {.model = "route", .messages = std::move(messages)};
}

inline ChatRequest hello() {
    return request_with({text_message(Role::user, "Hello")});
}

}  // namespace breakwater::test
