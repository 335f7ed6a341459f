#include "signatures.hpp"

#include <optional>

#include "breakwater/base/base64.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google_generate {
namespace {

constexpr std::string_view kGoogles = "google:";
constexpr std::string_view kSeal = "breakwater-seal:";
constexpr std::string_view kRedacted = "breakwater-data:";
static_assert(kSeal.size() == kRedacted.size());
// "breakwater-" in base64: what is wrapped is recognised before anything is decoded.
constexpr std::string_view kWrapped = "YnJlYWt3YXRlci";

std::string wrap(std::string_view kind, std::string_view text) {
    return encode_base64(std::string(kind).append(text));
}

}  // namespace

std::string wrap_signature(std::string_view signature) {
    if (signature.empty()) return {};
    return is_googles(signature) ? std::string(signature.substr(kGoogles.size())) : wrap(kSeal, signature);
}

std::string wrap_redacted(std::string_view data) {
    return wrap(kRedacted, data);
}

void unwrap_signature(std::string_view sent, ReasoningPart& part) {
    if (sent.empty()) return;
    if (sent.starts_with(kWrapped)) {
        const std::optional<std::string> bytes = decode_base64(sent);
        if (bytes && bytes->starts_with(kSeal)) {
            part.signature = bytes->substr(kSeal.size());
            return;
        }
        if (bytes && bytes->starts_with(kRedacted)) {
            part.redacted = bytes->substr(kRedacted.size());
            return;
        }
    }
    part.signature = std::string(kGoogles) + standard_base64(sent);
}

bool holds_wrapped_signature(std::string_view body) noexcept {
    return body.find(kWrapped) != std::string_view::npos;
}

bool is_googles(std::string_view signature) noexcept {
    return signature.starts_with(kGoogles) && signature.size() > kGoogles.size();
}

std::string call_signature(std::string_view extension) {
    if (extension.empty()) return {};
    const Result<JsonReader::Element> parsed = shared_json_reader().parse(extension);
    if (!parsed) return {};
    const auto own = get_object(*parsed, "google");
    return std::string(own ? get_string(*own, "thought_signature").value_or("") : "");
}

std::string call_extension(std::string_view sent) {
    std::string json;
    if (sent.empty()) return json;
    JsonWriter writer(json);
    writer.begin_object().key("google").begin_object().field("thought_signature", standard_base64(sent));
    writer.end_object().end_object();
    return json;
}

std::string standard_base64(std::string_view text) {
    std::string standard(text);
    for (char& c : standard) {
        if (c == '-') c = '+';
        if (c == '_') c = '/';
    }
    // What is no base64 at all is for the provider to judge.
    if (standard.size() % 4 == 2 || standard.size() % 4 == 3) standard.append(4 - standard.size() % 4, '=');
    return standard;
}

}  // namespace breakwater::google_generate
