#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// The body of a request as the client sent it, and the members of it that say exactly what the typed request says, in
/// the words of ChatRequest::dialect. A provider of the same dialect can get those bytes as they are: the order of keys
/// stays, on which the provider's prompt cache depends, and nothing is escaped anew. Made by the ingress, shared by a
/// request and its copies, never changed.
struct SentText {
    /// What the members hold that not every server takes as it stands. Who passes them on has to take all of it.
    enum Holds : std::uint8_t {
        developers = 1U << 0U,       ///< messages with the role developer
        names = 1U << 1U,            ///< messages with a name
        call_ids = 1U << 2U,         ///< ids of tool calls
        lone_texts = 1U << 3U,       ///< a list of parts with nothing in it but one text
        text_lists = 1U << 4U,       ///< a list of texts
        bare_functions = 1U << 5U,   ///< a function without parameters
        strict_functions = 1U << 6U  ///< a function that says whether it is strict
    };

    std::string body{};
    // Within `body`; empty when the member has to be written anew.
    std::string_view messages{};      ///< the conversation, whatever the dialect calls it
    std::string_view instructions{};  ///< what stands apart from the conversation, in dialects that have it
    std::string_view tools{};
    std::uint8_t holds = 0;
};

}  // namespace breakwater
