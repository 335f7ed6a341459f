#pragma once

#include <cstdint>
#include <string_view>

#include "breakwater/config/config.hpp"

namespace breakwater::openai {

/// How a vendor takes back the reasoning of earlier turns.
enum class ReasoningReplay : std::uint8_t {
    never,      ///< unknown or refused
    content,    ///< `reasoning_content` on every assistant message
    tool_loop,  ///< `reasoning_content`, but only behind the last user message: earlier it is refused
    gpt_oss,    ///< `reasoning`, and only for gpt-oss models
    details,    ///< `reasoning_details`, with signatures
};

/// Where a vendor's chat completions depart from OpenAI's own, as far as a request must know. What a model can do at
/// all is not here but in its capability map.
struct Vendor {
    std::string_view name;           ///< preset name
    std::string_view host;           ///< the vendor's host, or the end of it
    bool official = false;           ///< OpenAI's own service, or its models on Azure
    bool completion_tokens = false;  ///< the limit is called max_completion_tokens
    bool stream_options = true;      ///< may be asked for usage in streams
    bool message_names = true;       ///< takes `name` on messages
    bool strict_tools = true;        ///< takes `strict` on tools
    bool logprobs_count = false;     ///< `logprobs` is a number
    bool thinking_switch = false;    ///< reasoning is switched off by `thinking: {"type":"disabled"}`
    bool marks_prefill = false;      ///< a trailing assistant message needs `prefix: true`
    bool short_tool_ids = false;     ///< tool call ids are exactly nine letters or digits
    bool file_urls = false;          ///< `file_data` may be a URL
    ReasoningReplay replay = ReasoningReplay::content;
    std::string_view seed = "seed";
};

/// The vendor of a provider: by its preset, else by the host of its address. What is neither known is a compatible
/// server of which nothing is assumed.
const Vendor& vendor_of(const config::Provider& provider) noexcept;

/// True when `model_vendor` or the provider itself says that the model is one of OpenAI's, whose newer models refuse
/// `max_tokens`.
bool takes_completion_tokens(const Vendor& vendor, std::string_view model_vendor) noexcept;

/// True when developer messages are understood; every other server gets them as system messages.
bool takes_developer_role(const Vendor& vendor, std::string_view model_vendor) noexcept;

}  // namespace breakwater::openai
