#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater::bedrock {

/// A request in the exact form in which it is sent; borrowed.
struct SigningRequest {
    std::string_view method{};
    std::string_view host{};  ///< the value of the header Host
    std::string_view path{};  ///< percent-encoded, without a query
    std::string_view content_type{};
    std::string_view body{};
    WallTime time{};
};

/// What the signature is good for.
struct SigningScope {
    std::string_view region{};
    std::string_view service{};
};

/// AWS Signature Version 4
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html): adds Authorization,
/// X-Amz-Date and, with temporary keys, X-Amz-Security-Token. What is signed is these and host, path, content type and
/// body. A function of its arguments, so a request that is sent again later is signed again.
void sign(Headers& headers, const SigningRequest& request, const config::AwsKeys& keys, const SigningScope& scope);

/// The steps of it that the vendor's test vectors give values for.
namespace sigv4 {
std::string sha256_hex(std::string_view bytes);
/// "20260102T030405Z"
std::string time_stamp(WallTime time);
/// What the signature stands for; `signed_headers` becomes the list of header names.
std::string canonical_request(const SigningRequest& request, std::string_view session_token,
                              std::string& signed_headers);
/// Dot segments and empty ones taken out, and each byte that is not unreserved or a slash encoded once more.
std::string canonical_path(std::string_view path);
}  // namespace sigv4

}  // namespace breakwater::bedrock
