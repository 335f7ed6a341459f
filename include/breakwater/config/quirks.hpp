#pragma once

#include <cstdint>
#include <string>

namespace breakwater::config {

/// How the target of a request is made of the provider's address.
enum class UrlForm : std::uint8_t {
    plain,  ///< the path of the API behind the address
    azure,  ///< Azure's: with `/openai/v1` or the deployment's path, and the API version behind it
};

/// The header that carries the credential.
enum class KeyHeader : std::uint8_t {
    bearer,   ///< `Authorization: Bearer KEY`
    api_key,  ///< `api-key: KEY`
};

/// The name under which the limit of an answer's tokens is sent.
enum class TokenLimit : std::uint8_t {
    by_model,  ///< `max_completion_tokens` for models of OpenAI, `max_tokens` for all others
    max_tokens,
    max_completion_tokens,
};

/// What becomes of developer messages.
enum class DeveloperRole : std::uint8_t {
    by_model,  ///< kept for models of OpenAI, system messages for all others
    native,    ///< kept
    system,    ///< become system messages
};

/// What switches reasoning on and off.
enum class ReasoningSwitch : std::uint8_t {
    effort,           ///< `reasoning_effort`, which may be `none`
    thinking,         ///< off is `thinking: {"type": "disabled"}`
    enable_thinking,  ///< `enable_thinking` and `thinking_budget`; there are no efforts
    chat_template,    ///< off is `chat_template_kwargs: {"enable_thinking": false}`
};

/// How reasoning of earlier turns is taken back.
enum class ReasoningReplay : std::uint8_t {
    never,          ///< unknown or refused
    except_openai,  ///< as `content`, but never for models of OpenAI
    content,        ///< `reasoning_content` on every assistant message
    tool_loop,      ///< `reasoning_content`, but only behind the last user message: earlier it is refused
    gpt_oss,        ///< `reasoning`, and only for gpt-oss models
    details,        ///< `reasoning_details`, with signatures
};

/// What marks a trailing assistant message that is to be continued.
enum class Prefill : std::uint8_t {
    plain,          ///< nothing
    prefix,         ///< `prefix` on the message
    partial,        ///< `partial` on the message
    final_message,  ///< `continue_final_message` on the request, as vLLM's chat templates have it
};

/// Which sequences of messages are taken.
enum class Turns : std::uint8_t {
    any,
    one_system,   ///< system messages that follow each other are joined
    alternating,  ///< messages of the same role that follow each other are joined
};

/// In which form vectors are asked for.
enum class VectorForm : std::uint8_t {
    plain,   ///< nothing is asked, which means numbers
    base64,  ///< 32-bit floats
};

/// The names of a ranking's members.
enum class RerankForm : std::uint8_t {
    jina,    ///< `top_n`
    voyage,  ///< `top_k`
    none,    ///< it ranks nothing
};

/// Where a server departs from OpenAI's dialect, as far as a request must know. What a model or server cannot
/// do at all is not here but in its capability map. Built by laying the file's words over the preset's; the defaults
/// are those of a compatible server of which nothing is known.
struct Quirks {
    bool official = false;  ///< OpenAI's own service, or its models elsewhere: all of its extensions are understood
    UrlForm urls = UrlForm::plain;
    KeyHeader key_header = KeyHeader::bearer;
    TokenLimit token_limit = TokenLimit::by_model;
    DeveloperRole developer_role = DeveloperRole::by_model;
    bool stream_options = true;                ///< may be asked for usage in streams
    bool stream_only = false;                  ///< is always asked for a stream
    bool obfuscation = false;                  ///< pads its chunks, and can be told not to
    bool message_names = true;                 ///< takes `name` on messages
    bool strict_tools = true;                  ///< takes `strict` on tools
    bool logprobs_count = false;               ///< `logprobs` is a number
    bool short_tool_ids = false;               ///< tool call ids are exactly nine letters or digits
    bool file_urls = false;                    ///< `file_data` may be a URL
    bool text_lists = true;                    ///< takes lists that hold nothing but text; else they become one text
    std::string seed = "seed";                 ///< name of the seed
    std::string tool_choice_any = "required";  ///< the word for "some tool"
    Prefill prefill = Prefill::plain;
    Turns turns = Turns::any;
    ReasoningSwitch reasoning_switch = ReasoningSwitch::effort;
    ReasoningReplay reasoning_replay = ReasoningReplay::except_openai;
    VectorForm vectors = VectorForm::plain;
    std::string dimensions = "dimensions";  ///< name of the wanted length of vectors
    std::int64_t embedding_batch = 2048;    ///< inputs that one request for embeddings may have
    RerankForm rerank = RerankForm::jina;
    bool moderations = true;  ///< has /moderations
    bool images = true;       ///< has /images/generations
    bool image_edits = true;  ///< and /images/edits, which takes forms
    bool speech = true;       ///< has /audio/speech
    friend bool operator==(const Quirks&, const Quirks&) = default;
};

}  // namespace breakwater::config
