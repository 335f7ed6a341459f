#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater::openai_responses {

/// What a reasoning item needs besides its text to be given back: its id, and the encrypted content where there is one
/// (servers of open models have none, and take the text itself).
struct Seal {
    std::string_view id{};
    std::string_view encrypted{};
};

/// The seal in one text, marked with the configured provider: only the account that encrypted an item can read it, so
/// not even another account at the same vendor is given it.
std::string pack_seal(std::string_view provider, Seal seal);

/// The seal of an item that this provider made, or nothing. Views into `packed`.
std::optional<Seal> unpack_seal(std::string_view provider, std::string_view packed);

}  // namespace breakwater::openai_responses
