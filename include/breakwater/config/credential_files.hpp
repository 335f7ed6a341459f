#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "breakwater/base/secret.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater::config {

// What vendors' tools keep credentials in. Used when the configuration is loaded, and again when a provider refuses
// what stood there. Errors say what is missing, as the rest of a sentence, and quote nothing of the file.

/// The credential in a file that has nothing else, but for line ends behind it.
std::expected<Secret, std::string> parse_key_file(std::string_view content);

/// The keys of a profile in AWS's shared credentials file
/// (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html). Sections may be called `profile NAME`, as in the
/// file of settings.
std::expected<AwsKeys, std::string> parse_aws_credentials(std::string_view content, std::string_view profile);

/// A service account's key file, or the file of application default credentials, as Google's console and tools write
/// them (JSON).
std::expected<GoogleAccount, std::string> parse_google_account(std::string_view content);

}  // namespace breakwater::config
