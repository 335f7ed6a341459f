#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/credentials/credential.hpp"

namespace breakwater::sts {

/// AWS Security Token Service, AssumeRoleWithWebIdentity
/// (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html): the form that is posted.
/// It is not signed; `token` is the proof.
std::string assume_role_form(std::string_view role_arn, std::string_view token);

/// The keys in a good answer, which is XML, with the time that is left until they expire; nothing when it has none.
std::optional<FetchedCredential> read_keys(std::string_view xml, WallTime now);

/// What an answer that refuses says: "AccessDenied: Not authorized ...", made fit to be shown; or empty.
std::string read_refusal(std::string_view xml);

}  // namespace breakwater::sts
