#include <array>

#include "anthropic_messages/module.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "google_generate/module.hpp"
#include "openai_chat/module.hpp"
#include "openai_completions/module.hpp"
#include "openai_responses/module.hpp"

namespace breakwater {

// One line per client dialect.
std::span<const Ingress* const> all_ingresses() noexcept {
    static const std::array all{&openai_chat_ingress(), &openai_responses_ingress(), &openai_completions_ingress(),
                                &anthropic_messages_ingress(), &google_generate_ingress()};
    return all;
}

const Ingress* find_ingress(std::string_view name) noexcept {
    for (const Ingress* ingress : all_ingresses()) {
        if (ingress->name() == name) return ingress;
    }
    return nullptr;
}

}  // namespace breakwater
