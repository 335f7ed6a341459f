#include "parts.hpp"

#include <algorithm>
#include <array>

#include "../shared/data_uri.hpp"
#include "breakwater/base/strings.hpp"
#include "member.hpp"
#include "signatures.hpp"

namespace breakwater::google_generate {
namespace {

using Parts = std::vector<ContentPart>;

constexpr Name kCall{"functionCall", "function_call"};
constexpr Name kResult{"functionResponse", "function_response"};
constexpr Name kInline{"inlineData", "inline_data"};
constexpr Name kFile{"fileData", "file_data"};
constexpr Name kSignature{"thoughtSignature", "thought_signature"};
constexpr Name kMimeType{"mimeType", "mime_type"};
constexpr Name kFileUri{"fileUri", "file_uri"};
constexpr Name kDisplayName{"displayName", "display_name"};
constexpr Name kCode{"executableCode", "executable_code"};
constexpr Name kCodeResult{"codeExecutionResult", "code_execution_result"};
// Of which other vendors can make nothing.
constexpr std::array kSteps{Name{"toolCall", "tool_call"}, Name{"toolResponse", "tool_response"}};
constexpr std::string_view kExpected =
    "expected one of text, inlineData, fileData, functionCall, functionResponse, executableCode, codeExecutionResult";
constexpr std::string_view kFilesAddress = "https://generativelanguage.googleapis.com/";

/// OpenAI's words for the formats that have two names.
std::string audio_format(std::string_view media_type) {
    const std::string_view subtype = media_type.substr(media_type.find('/') + 1);
    if (subtype == "mpeg" || subtype == "mpga") return "mp3";
    if (subtype == "x-wav" || subtype == "wave") return "wav";
    return std::string(subtype);
}

bool read_inline(const Value& source, Parts& parts) {
    if (!source.is_object()) return source.wrong_type("an object");
    std::string type;
    ClientText data;
    std::string name;
    if (!read_required(source, kMimeType, type) || !source.required("data", data)) return false;
    if (!read_optional(source, kDisplayName, name)) return false;
    type = to_lower(type.substr(0, type.find(';')));
    const std::string_view base64 = data.view();
    if (base64.find_first_of("-_") != std::string_view::npos || base64.size() % 4 != 0) data = standard_base64(base64);
    if (type.starts_with("image/")) {
        parts.emplace_back(ImagePart{.media_type = std::move(type), .data = std::move(data)});
    } else if (type.starts_with("audio/")) {
        parts.emplace_back(AudioPart{.data = std::move(data), .format = audio_format(type)});
    } else {
        parts.emplace_back(
            FilePart{.filename = std::move(name), .media_type = std::move(type), .data = std::move(data)});
    }
    return true;
}

/// What was uploaded to the vendor has an id there; anything else is an address.
bool read_file(const Value& source, Parts& parts) {
    if (!source.is_object()) return source.wrong_type("an object");
    std::string type;
    std::string uri;
    std::string name;
    if (!read_optional(source, kMimeType, type) || !read_required(source, kFileUri, uri)) return false;
    if (!read_optional(source, kDisplayName, name)) return false;
    type = to_lower(type);
    if (uri.starts_with(kFilesAddress) || !ingress::is_url(uri)) {
        parts.emplace_back(
            FilePart{.filename = std::move(name), .media_type = std::move(type), .file_id = std::move(uri)});
    } else if (type.starts_with("image/")) {
        parts.emplace_back(ImagePart{.url = std::move(uri), .media_type = std::move(type)});
    } else {
        parts.emplace_back(FilePart{.filename = std::move(name), .media_type = std::move(type), .url = std::move(uri)});
    }
    return true;
}

// Clients keep the pieces of a stream as they came, so what the model said in a row is put together again.

void add_text(ClientText text, bool model, Parts& parts) {
    if (text.empty()) return;
    if (auto* last = parts.empty() || !model ? nullptr : std::get_if<TextPart>(&parts.back())) {
        last->text.own() += text.view();
    } else {
        parts.emplace_back(TextPart{.text = std::move(text)});
    }
}

void add_thought(ReasoningPart thought, Parts& parts) {
    auto* last = parts.empty() ? nullptr : std::get_if<ReasoningPart>(&parts.back());
    const bool open = last != nullptr && last->signature.empty() && last->redacted.empty();
    if (open && thought.redacted.empty()) {
        last->text += thought.text;
        last->signature = std::move(thought.signature);
    } else if (!thought.text.empty() || !thought.signature.empty() || !thought.redacted.empty()) {
        parts.emplace_back(std::move(thought));
    }
}

/// What a part of the model's says with words, if any: a thought, or text with its seal, which is a thought without.
bool read_words(const Value& part, ClientText text, Parts& parts) {
    bool thought = false;
    std::string signature;
    if (!read_optional(part, "thought", thought) || !read_optional(part, kSignature, signature)) return false;
    ReasoningPart reasoning{};
    unwrap_signature(signature, reasoning);
    if (thought) {
        reasoning.text = std::move(text.own());
        add_thought(std::move(reasoning), parts);
        return true;
    }
    add_text(std::move(text), true, parts);
    if (!signature.empty()) parts.emplace_back(std::move(reasoning));
    return true;
}

/// Code that the vendor ran, in a form that every model reads.
bool read_code(const Value& source, const Name& member, Parts& parts) {
    std::string text;
    if (!source.is_object()) return source.wrong_type("an object");
    if (!read_optional(source, member, text)) return false;
    if (!text.empty()) parts.emplace_back(TextPart{.text = "```\n" + text + "\n```\n"});
    return true;
}

bool is_step(const Value& part) noexcept {
    return std::ranges::any_of(kSteps, [&](const Name& name) { return find(part, name).has_value(); });
}

}  // namespace

PartKind part_kind(const Value& part) noexcept {
    if (find(part, kCall)) return PartKind::call;
    if (find(part, kResult)) return PartKind::result;
    return is_step(part) ? PartKind::step : PartKind::other;
}

bool read_part(const Value& part, bool model, Parts& parts) {
    if (!part.is_object()) return part.wrong_type("a part (an object)");
    if (const auto text = part.find("text")) {
        if (!text->is_string()) return text->wrong_type("a string");
        if (model) return read_words(part, text->client_text(), parts);
        add_text(text->client_text(), false, parts);
        return true;
    }
    if (const auto data = find(part, kInline)) return read_inline(*data, parts);
    if (const auto file = find(part, kFile)) return read_file(*file, parts);
    if (const auto code = find(part, kCode)) return read_code(*code, "code", parts);
    if (const auto result = find(part, kCodeResult)) return read_code(*result, "output", parts);
    if (!find(part, kSignature)) return part.fail("invalid_value", kExpected);
    return !model || read_words(part, {}, parts);
}

}  // namespace breakwater::google_generate
