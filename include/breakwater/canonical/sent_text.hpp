#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// The dialect in which a client asked, where that matters to a provider of the same or of another one.
enum class ClientDialect : std::uint8_t { openai_chat, openai_responses, anthropic_messages, google_generate };

/// The body of a request as the client sent it, and the members of it that say exactly what the typed request says, or
/// more. A provider of the same dialect can get those bytes as they are: the order of keys stays, on which the
/// provider's prompt cache depends, and nothing is escaped anew. Made by the ingress, shared by a request and its
/// copies, never changed.
struct SentText {
    /// What the members hold, in OpenAI's chat dialect, that not every server takes as it stands. Who passes them on
    /// has to take all of it.
    enum Holds : std::uint8_t {
        developers = 1U << 0U,        ///< messages with the role developer
        names = 1U << 1U,             ///< messages with a name
        call_ids = 1U << 2U,          ///< ids of tool calls
        lone_texts = 1U << 3U,        ///< a list of parts with nothing in it but one text
        text_lists = 1U << 4U,        ///< a list of texts
        bare_functions = 1U << 5U,    ///< a function without parameters
        strict_functions = 1U << 6U,  ///< a function that says whether it is strict
        adaptive_thinking = 1U << 7U  ///< thinking of the type `adaptive`
    };

    ClientDialect dialect = ClientDialect::openai_chat;
    std::string body{};
    // Within `body`, under the dialect's own names; empty when the member has to be written anew.
    std::string_view messages{};  ///< the conversation
    std::string_view tools{};
    std::string_view system{};  ///< instructions, where they stand apart from the messages
    /// anthropic.messages only: the value of `model`, when the whole body may go on but for that. Empty when it has
    /// members that are the gateway's own.
    std::string_view model{};
    std::uint8_t holds = 0;
};

}  // namespace breakwater
