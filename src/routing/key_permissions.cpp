#include "breakwater/routing/key_permissions.hpp"

#include <algorithm>

namespace breakwater {

namespace {

constexpr int kProofs = 3;
constexpr std::chrono::minutes kAside{10};

}  // namespace

bool KeyPermissions::on_outdone(std::size_t key, std::string_view model, TimePoint now) {
    auto doubt = std::ranges::find_if(doubts_, [&](const Doubt& d) { return d.key == key && d.model == model; });
    if (doubt == doubts_.end()) {
        if (doubts_.size() == kDoubtsMax) doubts_.erase(doubts_.begin());
        doubts_.push_back({.model = std::string(model), .key = key});
        doubt = std::prev(doubts_.end());
    }
    if (++doubt->outdone < kProofs || now < doubt->aside_until) return false;
    doubt->outdone = kProofs;
    doubt->aside_until = now + kAside;
    return true;
}

void KeyPermissions::on_served(std::size_t key, std::string_view model) noexcept {
    std::erase_if(doubts_, [&](const Doubt& d) { return d.key == key && d.model == model; });
}

std::vector<std::size_t> KeyPermissions::aside(std::string_view model, TimePoint now) const {
    std::vector<std::size_t> keys;
    for (const Doubt& doubt : doubts_) {
        if (now < doubt.aside_until && doubt.model == model) keys.push_back(doubt.key);
    }
    return keys;
}

}  // namespace breakwater
