#pragma once

#include <string_view>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai {

/// What every part of the encoder needs. Borrowed for the duration of one `encode`.
struct Encoding {
    const ChatRequest& request;
    const Deployment& deployment;
    const config::Quirks& quirks;
    EncodeNotes& notes;
    JsonWriter& json;

    [[nodiscard]] bool native(Feature feature) const noexcept {
        return deployment.capabilities.feature(feature) == Support::native;
    }
    [[nodiscard]] bool emulated(Feature feature) const noexcept {
        return deployment.capabilities.feature(feature) == Support::emulated;
    }
    /// OpenAI's own extensions of the dialect are understood.
    [[nodiscard]] bool official() const noexcept { return quirks.official; }
    /// One of OpenAI's models, whose newer ones refuse `max_tokens` and know developers.
    [[nodiscard]] bool openai_model() const noexcept { return deployment.facts.vendor == "openai"; }
    /// The client sent a member of the body that the dialect has no field for. Those of other dialects do not go on.
    [[nodiscard]] bool extended_by(std::string_view name) const noexcept {
        if (request.dialect != ClientDialect::openai_chat) return false;
        for (const auto& extension : request.extensions) {
            if (extension.first == name) return true;
        }
        return false;
    }
};

/// Cache hints travel only to deployments that understand them; elsewhere an unknown key may be refused.
inline void write_cache_control(const Encoding& encoding, const JsonText& hint) {
    if (!hint.empty() && encoding.native(Feature::prompt_caching)) encoding.json.raw_field("cache_control", hint);
}

/// Developer messages are kept, and do not become system messages.
bool takes_developer_role(const Encoding& encoding) noexcept;
/// `"messages": [...]`: the client's own bytes where they can go on, else written anew. Long ones that can go on are
/// not written but returned, to be sent from where they lie.
std::string_view write_messages(const Encoding& encoding);
/// One content part of a message as an object; `where` is its path, for what cannot be said.
void write_part(const Encoding& encoding, const ContentPart& part, const std::string& where);
/// `tools`, `tool_choice`, `parallel_tool_calls`; nothing when there are no tools.
void write_tools(const Encoding& encoding);
/// `response_format`
void write_response_format(const Encoding& encoding);
/// `reasoning_effort`, or the vendor's own switch.
void write_reasoning(const Encoding& encoding);
/// Reasoning of an earlier turn, in the words of the vendor; `in_tool_loop`: no user message follows it.
void write_reasoning_replay(const Encoding& encoding, const Message& message, bool in_tool_loop);

}  // namespace breakwater::openai
