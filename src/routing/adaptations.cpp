#include <algorithm>

#include "breakwater/routing/adapt.hpp"

namespace breakwater {
namespace {

/// A header that grows with the client's message count would break proxies' header limits.
constexpr std::size_t kHeaderEntriesMax = 40;
/// More are not told apart: nobody reads so many, and a request may have a million messages.
constexpr std::size_t kListMax = 256;

/// Field names can hold what a client wrote (the name of an extension), and a header must not.
void append_token(std::string& out, std::string_view field) {
    for (const char c : field) {
        const bool plain = c > 0x20 && c < 0x7F && c != ',' && c != '=';
        out += plain ? c : '_';
    }
}

}  // namespace

std::string_view to_string(AdaptAction action) noexcept {
    switch (action) {
        case AdaptAction::mapped:
            return "mapped";
        case AdaptAction::clamped:
            return "clamped";
        case AdaptAction::emulated:
            return "emulated";
        case AdaptAction::dropped:
            return "dropped";
    }
    return "";
}

void Adaptations::add(std::string field, AdaptAction action) {
    // Each new one is compared with all that are there, and one message may bring many.
    if (list_.size() == kListMax) return;
    Adaptation entry{.field = std::move(field), .action = action};
    if (std::ranges::find(list_, entry) == list_.end()) list_.push_back(std::move(entry));
}

std::string Adaptations::header_value() const {
    std::string value;
    for (std::size_t i = 0; i < list_.size(); ++i) {
        if (i > 0) value += ", ";
        if (i == kHeaderEntriesMax) return value + "...";
        append_token(value, list_[i].field);
        value += '=';
        value += to_string(list_[i].action);
    }
    return value;
}

}  // namespace breakwater
