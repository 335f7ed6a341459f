#pragma once

#include <string>

#include "sections.hpp"

namespace breakwater::config {

/// Reads and checks `region`, and the AWS keys, profile or role of a provider whose dialect takes them. `owner` is
/// where the provider's name stands.
void read_aws(MapReader section, const std::string& path, Mark owner, const DialectInfo& dialect, AwsSettings& aws,
              LoadContext& context);

/// Region, and keys or role, from the variables that AWS's own SDKs read; keys that cannot be real ones are left out.
AwsSettings aws_from_environment(const Environment& environment);

}  // namespace breakwater::config
