#pragma once

#include <chrono>

#include "breakwater/base/secret.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// What one attempt proves with that it may ask: a key, a token that somebody gave for a while, or AWS keys to sign
/// with. Immutable once made; shared by the attempts that use it.
struct Credential {
    Secret secret{};            ///< API key or access token; empty when there is none, or AWS keys are signed with
    bool access_token = false;  ///< `secret` is a token, which goes out as `Authorization: Bearer` in every dialect
    config::AwsKeys aws{};      ///< instead of `secret`
};

/// A credential that was asked for, and how long it holds.
struct FetchedCredential {
    Credential credential{};
    std::chrono::seconds life{0};
};

}  // namespace breakwater
