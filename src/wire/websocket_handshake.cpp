#include "breakwater/wire/websocket_handshake.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kProtocol = "websocket";
constexpr std::string_view kVersion = "13";
constexpr std::size_t kKeyBytes = 16;

/// Empty if OpenSSL cannot do it, which is nobody's answer.
std::string accept_of(std::string_view key) {
    std::string text(key);
    text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");  // RFC 6455, 1.3
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned bytes = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &bytes, EVP_sha1(), nullptr) != 1) return {};
    return encode_base64({reinterpret_cast<const char*>(digest.data()), bytes});
}

/// A list may be spread over several fields.
bool lists(const Headers& headers, std::string_view name, std::string_view word) {
    return std::ranges::any_of(headers.fields(), [&](const Headers::Field& field) {
        if (!iequals(field.first, name)) return false;
        return std::ranges::any_of(split(field.second, ','),
                                   [word](std::string_view each) { return iequals(trim(each), word); });
    });
}

bool is_key(std::string_view key) {
    const auto bytes = decode_base64(key);
    return bytes && bytes->size() == kKeyBytes;
}

}  // namespace

std::optional<std::string_view> handshake_fault(const HttpRequest& request) {
    const Headers& headers = request.headers;
    if (request.method != "GET" || !lists(headers, "upgrade", kProtocol) || !lists(headers, "connection", "upgrade"))
        return "This path speaks WebSocket: connect to it with a WebSocket client, at ws:// or wss://.";
    if (headers.get("sec-websocket-version") != kVersion)
        return "The WebSocket version is not 13, the only one there is. Expected `Sec-WebSocket-Version: 13`.";
    if (headers.count("sec-websocket-key") != 1 || !is_key(headers.get("sec-websocket-key")))
        return "The WebSocket handshake has no valid key. Expected one `Sec-WebSocket-Key` of 16 bytes in base64.";
    return std::nullopt;
}

std::vector<std::string_view> offered_subprotocols(const Headers& headers) {
    std::vector<std::string_view> offered;
    for (const auto& [name, value] : headers.fields()) {
        if (!iequals(name, "sec-websocket-protocol")) continue;
        for (const std::string_view each : split(value, ',')) offered.push_back(trim(each));
    }
    return offered;
}

HttpResponseHead handshake_answer(const HttpRequest& request, std::string_view subprotocol) {
    HttpResponseHead head{.status = 101};
    head.headers.add("Upgrade", kProtocol);
    head.headers.add("Connection", "Upgrade");
    head.headers.add("Sec-WebSocket-Accept", accept_of(request.headers.get("sec-websocket-key")));
    if (!subprotocol.empty()) head.headers.add("Sec-WebSocket-Protocol", subprotocol);
    return head;
}

std::string add_handshake(Headers& headers, Rng& rng) {
    std::string bytes;
    while (bytes.size() < kKeyBytes) bytes.push_back(static_cast<char>(rng.next()));
    std::string key = encode_base64(bytes);
    headers.add("Upgrade", kProtocol);
    headers.add("Connection", "Upgrade");
    headers.add("Sec-WebSocket-Version", kVersion);
    headers.add("Sec-WebSocket-Key", key);
    return key;
}

bool accepts_handshake(const HttpResponseHead& head, std::string_view key) {
    const Headers& headers = head.headers;
    return head.status == 101 && lists(headers, "upgrade", kProtocol) && lists(headers, "connection", "upgrade") &&
           headers.get("sec-websocket-accept") == accept_of(key) && !headers.find("sec-websocket-extensions") &&
           !headers.find("sec-websocket-protocol");
}

}  // namespace breakwater
