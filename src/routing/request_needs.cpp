#include "breakwater/routing/request_needs.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/random.hpp"

namespace breakwater {
namespace {

using config::Need;

/// Characters by the length of their UTF-8 form, which tells scripts apart well enough: Latin, then Cyrillic, Greek and
/// Arabic, then Chinese, Japanese and Korean, then emoji.
struct Counts {
    std::array<std::int64_t, 4> characters{};
    std::int64_t images = 0;
    std::int64_t media_bytes = 0;  ///< of files and audio, as base64
    std::int64_t messages = 0;

    void add(std::string_view text) noexcept {
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            characters[0] += byte < 0x80 ? 1 : 0;
            characters[1] += byte >= 0xc0 && byte < 0xe0 ? 1 : 0;
            characters[2] += byte >= 0xe0 && byte < 0xf0 ? 1 : 0;
            characters[3] += byte >= 0xf0 ? 1 : 0;
        }
    }
    void add(JsonString text) noexcept {
        text.visit_said([this](std::string_view piece) { add(piece); });
    }
    /// Some clients write each slash of base64 as an escape.
    void add_media(const ClientText& data) noexcept {
        data.string().visit_said(
            [this](std::string_view piece) { media_bytes += static_cast<std::int64_t>(piece.size()); });
    }
};

/// Tokens per character of each script, per image, per message and per byte of media. A page of PDF is about a
/// thousand tokens in anything from 3 KB to 1 MB, so little is known of files.
struct Rates {
    std::array<double, 4> characters;
    double image;
    double message;
    double media_byte;
};
constexpr Rates kLow{{0.15, 0.2, 0.5, 0.5}, 60, 0, 0};
constexpr Rates kLikely{{0.25, 0.4, 0.9, 2}, 800, 4, 0.02};
constexpr Rates kHigh{{0.5, 1, 2, 4}, 3'000, 10, 0.35};

std::int64_t tokens(const Counts& counts, const Rates& rates) noexcept {
    double sum = static_cast<double>(counts.images) * rates.image +
                 static_cast<double>(counts.messages) * rates.message +
                 static_cast<double>(counts.media_bytes) * rates.media_byte;
    for (std::size_t i = 0; i < counts.characters.size(); ++i) {
        sum += static_cast<double>(counts.characters[i]) * rates.characters[i];
    }
    return static_cast<std::int64_t>(sum);
}

struct ReadPart {
    Counts& counts;
    config::Needs& needs;

    void operator()(const TextPart& part) const { counts.add(part.text.string()); }
    void operator()(const ImagePart&) const {
        ++counts.images;
        needs.set(Need::vision);
    }
    void operator()(const AudioPart& part) const {
        counts.add_media(part.data);
        needs.set(Need::audio_input);
    }
    void operator()(const FilePart& part) const {
        counts.add_media(part.data);
        if (part.media_type.empty() || part.media_type == "application/pdf") needs.set(Need::pdf);
    }
    void operator()(const RefusalPart& part) const { counts.add(part.text); }
    void operator()(const ReasoningPart& part) const { counts.add(part.text); }
    void operator()(const ToolCallPart& part) const {
        counts.add(part.name);
        counts.add(part.arguments);
    }
    void operator()(const NativeItemPart& part) const { counts.add(part.json); }
};

/// Of what the text says, however it is written.
std::uint64_t hash_of(JsonString text) noexcept {
    std::uint64_t hash = fnv1a("");
    text.visit_said([&hash](std::string_view piece) { hash = fnv1a(piece, hash); });
    return hash;
}

void read_settings(const ChatRequest& request, config::Needs& needs) {
    needs.set(Need::streaming, request.stream);
    needs.set(Need::tools, !request.tools.empty());
    needs.set(Need::json, request.response_format.kind == ResponseFormat::Kind::json_object);
    needs.set(Need::structured_output, request.response_format.kind == ResponseFormat::Kind::json_schema);
    needs.set(Need::audio_output, std::ranges::find(request.modalities, "audio") != request.modalities.end());
    needs.set(Need::web_search, !request.web_search_options.empty());
    needs.set(Need::reasoning, request.reasoning.effort.value_or(ReasoningEffort::none) != ReasoningEffort::none ||
                                   request.reasoning.budget_tokens.value_or(0) > 0);
}

}  // namespace

RequestNeeds needs_of(const ChatRequest& request) {
    // Most answers are short; a model that reasons writes a multiple of what is read.
    constexpr std::int64_t kUsualAnswer = 400;
    constexpr std::int64_t kReasonedAnswer = 2'000;

    RequestNeeds found;
    Counts counts;
    for (const Message& message : request.messages) {
        ++counts.messages;
        for (const ContentPart& part : message.parts) std::visit(ReadPart{counts, found.needs}, part);
    }
    for (const Tool& tool : request.tools) {
        counts.add(tool.name);
        counts.add(tool.description);
        counts.add(tool.parameters);
        counts.add(tool.definition);
    }
    counts.add(request.response_format.schema);
    read_settings(request, found.needs);
    found.prompt = {tokens(counts, kLow), tokens(counts, kLikely), tokens(counts, kHigh)};
    found.max_tokens = request.max_tokens;
    const std::int64_t usual = found.needs.has(Need::reasoning) ? kReasonedAnswer : kUsualAnswer;
    found.expected_output = std::min(usual, request.max_tokens.value_or(usual));
    return found;
}

std::uint64_t conversation_of(const ChatRequest& request, std::string_view session) {
    for (const std::string_view name :
         {session, std::string_view(request.prompt_cache_key), std::string_view(request.user)}) {
        if (!name.empty()) return fnv1a(name);
    }
    std::uint64_t hash = 0;
    for (const Message& message : request.messages) {
        const bool opening = message.role != Role::assistant && message.role != Role::tool;
        if (!opening) continue;
        for (const ContentPart& part : message.parts) {
            if (const auto* text = std::get_if<TextPart>(&part)) hash = hash * 31 + hash_of(text->text.string());
        }
        if (message.role == Role::user) break;
    }
    return hash;
}

}  // namespace breakwater
