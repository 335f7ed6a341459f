#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The OpenAI chat-completions dialect as a building block: for the module `openai` itself, and for providers that
/// speak it over another transport or with other quirks (sim). Wire format:
/// https://platform.openai.com/docs/api-reference/chat
std::unique_ptr<Provider> make_openai_provider(const config::Provider& provider);
Capabilities openai_capabilities();

}  // namespace breakwater
