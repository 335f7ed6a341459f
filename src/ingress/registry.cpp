#include <array>

#include "breakwater/ingress/ingress.hpp"
#include "openai_chat/module.hpp"
#include "openai_completions/module.hpp"

namespace breakwater {

// One line per client dialect.
std::span<const Ingress* const> all_ingresses() noexcept {
    static const std::array<const Ingress*, 2> all{&openai_chat_ingress(), &openai_completions_ingress()};
    return all;
}

const Ingress* find_ingress(std::string_view name) noexcept {
    for (const Ingress* ingress : all_ingresses()) {
        if (ingress->name() == name) return ingress;
    }
    return nullptr;
}

}  // namespace breakwater
