#include "seal.hpp"

namespace breakwater::openai_responses_client {
namespace {

constexpr std::string_view kSignature = "breakwater.signature:";
constexpr std::string_view kRedacted = "breakwater.redacted:";

}  // namespace

std::string pack_content(std::string_view signature, std::string_view redacted) {
    if (!redacted.empty()) return std::string(kRedacted).append(redacted);
    return signature.empty() ? std::string() : std::string(kSignature).append(signature);
}

bool unpack_content(std::string_view content, ReasoningPart& part) {
    if (content.starts_with(kRedacted)) {
        part.redacted = content.substr(kRedacted.size());
        return true;
    }
    if (!content.starts_with(kSignature)) return false;
    part.signature = content.substr(kSignature.size());
    return true;
}

}  // namespace breakwater::openai_responses_client
