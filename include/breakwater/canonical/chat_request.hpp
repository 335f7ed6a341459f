#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "breakwater/base/boxed.hpp"
#include "breakwater/base/frame_pool.hpp"
#include "breakwater/canonical/client_text.hpp"
#include "breakwater/canonical/sent_text.hpp"

namespace breakwater {

/// Valid JSON text, carried as the exact bytes the client sent: schemas, tool arguments, extensions. Empty = absent.
using JsonText = std::string;

enum class Role : std::uint8_t { system, developer, user, assistant, tool };

struct TextPart {
    ClientText text;
    JsonText cache_control{};  ///< cache hint as the client wrote it, or empty
};

/// Either `url` (http, https, gs, s3 ...) or `media_type` + `data` (base64 without the data: prefix) is set; both, when
/// the gateway has fetched what is at the address, for deployments that take it inline only.
struct ImagePart {
    std::string url{};
    std::string media_type{};
    ClientText data{};
    std::string detail{};  ///< "", auto, low, high, original
    JsonText cache_control{};
};

struct AudioPart {
    ClientText data;     ///< base64
    std::string format;  ///< wav, mp3 ...
};

/// One of `file_id`, `url`, or `media_type` + `data` (base64) is set; the last two together as with ImagePart.
struct FilePart {
    std::string filename{};
    std::string media_type{};
    ClientText data{};
    std::string file_id{};
    std::string url{};
    JsonText cache_control{};
};

struct RefusalPart {
    std::string text;
};

/// One block of model reasoning, kept so that it can be sent back unchanged (signed or encrypted blocks must be).
struct ReasoningPart {
    std::string text{};
    std::string signature{};  ///< provider's seal on `text`, or empty
    std::string redacted{};   ///< opaque data in place of text (redacted_thinking, encrypted_content), or empty
};

struct ToolCallPart {
    std::string id;
    std::string name;
    std::string arguments;  ///< text as the model produced it: may be empty or invalid JSON; never re-serialised
    bool custom = false;    ///< a custom tool: `arguments` is free text input
    JsonText extension{};   ///< extra_content of the call (thought signatures ...), or empty
    JsonText cache_control{};
};

/// An item of the conversation that only the client's own dialect has, such as a call of a tool that the provider ran
/// itself. Providers that speak it get it as it is; for others it is taken out (routing/adapt.hpp).
struct NativeItemPart {
    JsonText json;
    std::string field;  ///< where the client wrote it ("input[3]")
};

using ContentPart =
    std::variant<TextPart, ImagePart, AudioPart, FilePart, RefusalPart, ReasoningPart, ToolCallPart, NativeItemPart>;

/// A turn. A tool message (role tool) holds the result of one call in `parts` (text, images, files).
struct Message {
    Role role = Role::user;
    std::vector<ContentPart> parts{};
    std::string name{};
    std::string tool_call_id{};  ///< role tool only
    bool tool_error = false;     ///< role tool only: the tool failed (extension `is_error`)
    bool plain = false;          ///< the content was a bare string, and same-dialect providers get one back
    JsonText audio{};            ///< assistant: reference to earlier audio, {"id":...}
    JsonText cache_control{};    ///< on the whole message
};

struct Tool {
    enum class Kind : std::uint8_t { function, custom, hosted };
    Kind kind = Kind::function;
    std::string name{};
    std::string description{};
    JsonText parameters{};  ///< JSON schema (function); empty = no arguments
    std::optional<bool> strict{};
    bool defer_loading = false;  ///< function: the model does not see it until it has searched for it (Anthropic)
    JsonText definition{};       ///< custom: its `format`; hosted: the whole object as sent
    JsonText cache_control{};
};

struct ToolChoice {
    enum class Mode : std::uint8_t { unset, none, automatic, required, named };
    Mode mode = Mode::unset;
    std::string name{};                  ///< mode named
    bool custom = false;                 ///< the named tool is a custom one
    std::vector<std::string> allowed{};  ///< allowed_tools: only these may be called; empty = all
};

struct ResponseFormat {
    enum class Kind : std::uint8_t { unset, text, json_object, json_schema };
    Kind kind = Kind::unset;
    std::string name{};
    std::string description{};
    JsonText schema{};
    std::optional<bool> strict{};
};

enum class ReasoningEffort : std::uint8_t { none, minimal, low, medium, high, xhigh, max };
std::string_view to_string(ReasoningEffort effort) noexcept;
std::optional<ReasoningEffort> reasoning_effort_from(std::string_view word) noexcept;

struct Reasoning {
    std::optional<ReasoningEffort> effort{};
    std::optional<std::int64_t> budget_tokens{};
    JsonText native{};  ///< a provider's own object (`thinking`); wins over effort where the provider understands it
    std::optional<bool> shown{};  ///< whether the client wants to read the thoughts; unset in dialects that do not ask
    std::string summary{};        ///< "", auto, concise, detailed: how much of its thoughts the model should tell
};

struct Sampling {
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::optional<std::int64_t> top_k{};
    std::optional<double> frequency_penalty{};
    std::optional<double> presence_penalty{};
    std::optional<std::int64_t> seed{};
    std::vector<std::string> stop{};
    JsonText logit_bias{};
};

/// What only the client's own dialect can say. For providers that do not speak it, it is taken out.
struct OwnWords {
    /// Members in the client's order: of the top level, and, by their place and without a value, within lists.
    std::vector<std::pair<std::string, JsonText>> members{};
    bool items = false;                  ///< some message holds a NativeItemPart
    bool instructions = false;           ///< the first message is what the client wrote apart from the conversation
    std::string previous_response_id{};  ///< the kept answer that the conversation goes on from
    JsonText input{};                    ///< the list of items that the client sent, where they are to be kept
};

/// What only a client of POST /v1/completions can say. It wants a text to be gone on with, and not to be answered; a
/// provider without such an API gets the text as what a user says (Provider::completes).
struct CompletionWords {
    bool asked = false;                     ///< the messages are a prompt: the text of all of them, joined
    std::optional<bool> echo{};             ///< the answer begins with the prompt
    std::optional<std::int64_t> best_of{};  ///< how many the provider writes, to give the best `n` of them
    std::string suffix{};                   ///< what stands behind the gap that is to be filled
    JsonText prompts{};                     ///< several prompts, token ids, or null: wins over the messages
};

/// A chat request of any dialect, decoded once by an ingress, read by the router and by a provider's encoder.
/// Null and absent are the same here. A value; owned by the request's coroutine.
struct ChatRequest {
    // As Pooled; a base would take the names from initialisers.
    static void* operator new(std::size_t bytes) { return frame_pool::take(bytes); }
    static void operator delete(void* block, std::size_t bytes) noexcept { frame_pool::give_back(block, bytes); }

    std::string model{};  ///< as the client wrote it: a route's name
    std::vector<Message> messages{};
    std::vector<Tool> tools{};
    ToolChoice tool_choice{};
    std::optional<bool> parallel_tool_calls{};
    Sampling sampling{};
    std::optional<std::int64_t> max_tokens{};  ///< limit of all generated tokens, reasoning included
    std::optional<std::int64_t> n{};
    std::optional<bool> logprobs{};
    std::optional<std::int64_t> top_logprobs{};
    CompletionWords completion{};
    ResponseFormat response_format{};
    Reasoning reasoning{};
    std::string verbosity{};
    std::string service_tier{};
    std::optional<bool> store{};
    JsonText metadata{};
    std::vector<std::string> modalities{};
    JsonText audio{};
    JsonText prediction{};
    JsonText web_search_options{};
    std::string user{};
    std::string safety_identifier{};
    std::string prompt_cache_key{};
    std::string prompt_cache_retention{};
    JsonText prompt_cache_options{};
    JsonText moderation{};
    std::size_t body_bytes = 0;                          ///< of the client's body: a provider's will need about as many
    ClientDialect dialect = ClientDialect::openai_chat;  ///< whose words `extensions` and hosted tools are
    bool bent = false;                                   ///< a copy whose parameters were changed for a deployment
    bool stream = false;
    bool include_usage = false;
    bool legacy_functions = false;  ///< the client used functions/function_call and expects function_call back
    /// Top-level members that no field above holds, in the client's order.
    std::vector<std::pair<std::string, JsonText>> extensions{};
    Boxed<OwnWords> own{};
    /// The bytes behind `messages` and `tools`, in the words of `dialect`, where those of the client can stand for
    /// them. Whoever changes one of the two drops it.
    std::shared_ptr<const SentText> sent{};
};

}  // namespace breakwater
