#include "sigv4.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(const Digest& digest) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    text.reserve(digest.size() * 2);
    for (const unsigned char byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

Digest hmac(std::string_view key, std::string_view text) {
    Digest digest{};
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), digest.data(), nullptr);
    return digest;
}

Digest hmac(const Digest& key, std::string_view text) {
    return hmac(std::string_view(reinterpret_cast<const char*>(key.data()), key.size()), text);
}

/// The key for one day, region and service, so that the secret itself signs nothing else.
Digest signing_key(const Secret& secret, std::string_view date, std::string_view region, std::string_view service) {
    std::string text("AWS4");
    text += secret.reveal();
    const Secret first(std::move(text));  // wipes it
    return hmac(hmac(hmac(hmac(first.reveal(), date), region), service), "aws4_request");
}

}  // namespace

namespace sigv4 {

std::string sha256_hex(std::string_view bytes) {
    Digest digest{};
    SHA256(bytes_of(bytes), bytes.size(), digest.data());
    return hex(digest);
}

std::string time_stamp(WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(seconds - day);
    std::array<char, 40> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string canonical_path(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view segment : split(path, '/')) {
        if (segment == "..") {
            if (!kept.empty()) kept.pop_back();
        } else if (!segment.empty() && segment != ".") {
            kept.push_back(segment);
        }
    }
    std::string out;
    for (const std::string_view segment : kept) out.append("/").append(percent_encode(segment));
    const bool open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    if (out.empty() || open) out += '/';
    return out;
}

std::string canonical_request(const SigningRequest& request, std::string_view session_token,
                              std::string& signed_headers) {
    const std::string time = time_stamp(request.time);
    const std::array<std::pair<std::string_view, std::string_view>, 4> headers{{
        // in the order of their names
        {"content-type", request.content_type},
        {"host", request.host},
        {"x-amz-date", time},
        {"x-amz-security-token", session_token},
    }};
    std::string out;
    out.append(request.method).append("\n").append(canonical_path(request.path)).append("\n\n");
    signed_headers.clear();
    for (const auto& [name, value] : headers) {
        if (value.empty()) continue;  // is not sent
        out.append(name).append(":").append(value).append("\n");
        if (!signed_headers.empty()) signed_headers += ';';
        signed_headers += name;
    }
    out.append("\n").append(signed_headers).append("\n").append(sha256_hex(request.body));
    return out;
}

}  // namespace sigv4

void sign(Headers& headers, const SigningRequest& request, const config::AwsKeys& keys, const SigningScope& scope) {
    const std::string time = sigv4::time_stamp(request.time);
    const std::string_view date = std::string_view(time).substr(0, time.find('T'));
    std::string path(date);
    path.append("/").append(scope.region).append("/").append(scope.service).append("/aws4_request");

    std::string signed_headers;
    const std::string canonical = sigv4::canonical_request(request, keys.session_token.reveal(), signed_headers);
    std::string to_sign(kAlgorithm);
    to_sign.append("\n").append(time).append("\n").append(path).append("\n").append(sigv4::sha256_hex(canonical));
    const Digest signature = hmac(signing_key(keys.secret_access_key, date, scope.region, scope.service), to_sign);

    std::string authorization(kAlgorithm);
    authorization.append(" Credential=").append(keys.access_key_id.reveal()).append("/").append(path);
    authorization.append(", SignedHeaders=").append(signed_headers).append(", Signature=").append(hex(signature));
    headers.set("x-amz-date", time);
    if (!keys.session_token.empty()) headers.set("x-amz-security-token", keys.session_token.reveal());
    headers.set("authorization", authorization);
}

}  // namespace breakwater::bedrock
