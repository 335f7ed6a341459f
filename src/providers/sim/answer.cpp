#include "answer.hpp"

#include <algorithm>
#include <span>

#include "breakwater/base/random.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "schema_sample.hpp"

namespace breakwater::sim {
namespace {

constexpr std::size_t kLoremTokens = 64;
/// An answer quotes the question, but not a whole book of it.
constexpr std::size_t kQuotedBytesMax = 2000;

/// The beginning of `text`, cut at a character border.
std::string_view excerpt(std::string_view text) {
    if (text.size() <= kQuotedBytesMax) return text;
    std::size_t end = kQuotedBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

/// " [2 images]", so that it can be seen that they arrived.
std::string attachment(std::size_t count, std::string_view what) {
    if (count == 0) return "";
    return " [" + std::to_string(count) + " " + std::string(what) + (count > 1 ? "s]" : "]");
}

std::string chat_text(const Request& request, std::size_t choice) {
    std::string text;
    if (!request.tool_results.empty()) {
        text = "The tool answered:";
        for (const std::string& result : request.tool_results) text.append(" ").append(excerpt(result));
    } else {
        text = "This is a simulated answer to: ";
        text += excerpt(request.user_text);
        text += attachment(request.images, "image") + attachment(request.audio, "audio clip") +
                attachment(request.files, "file");
    }
    if (choice > 0) text += " (choice " + std::to_string(choice + 1) + ")";
    return text;
}

std::vector<PlannedCall> planned_calls(const Request& request, std::uint64_t seed) {
    std::vector<PlannedCall> calls;
    const std::size_t count = request.parallel && !request.must_name_tool ? request.tools.size() : 1;
    Rng rng(seed);
    for (const RequestedTool& tool : std::span(request.tools).first(count)) {
        PlannedCall call{"call_" + rng.base62(24), std::string(tool.name), "", tool.custom};
        if (tool.custom)
            call.arguments = "Simulated input for " + call.name + ": " + std::string(excerpt(request.user_text));
        else
            call.arguments = tool.parameters ? sample_json(*tool.parameters) : "{}";
        calls.push_back(std::move(call));
    }
    return calls;
}

std::string json_object(const Request& request, std::size_t choice) {
    std::string text;
    JsonWriter(text).begin_object().field("answer", chat_text(request, choice)).end_object();
    return text;
}

void plan_chat(const Request& request, std::size_t choice, Answer& answer) {
    if (!request.tools.empty() && request.tool_results.empty()) {
        answer.calls = planned_calls(request, answer.seed);
    } else if (request.format == Request::Format::json_schema) {
        answer.text = request.schema ? sample_json(*request.schema) : "{}";
    } else if (request.format == Request::Format::json_object) {
        answer.text = json_object(request, choice);
    } else {
        answer.text = chat_text(request, choice);
    }
}

/// Structured answers are as long as they are; only plain text can be cut or filled up.
bool is_plain(const Request& request, const Answer& answer) {
    return answer.calls.empty() && request.format == Request::Format::text;
}

}  // namespace

Answer plan_answer(const Model& model, const Request& request, std::uint64_t request_hash, std::size_t choice) {
    Answer answer{.prefill = request.prefill, .seed = request_hash + choice};
    std::optional<std::size_t> tokens;
    if (model.settings.tokens) tokens = static_cast<std::size_t>(std::max(*model.settings.tokens, 0));
    switch (model.behaviour) {
        case Behaviour::echo:
            answer.text = request.user_text;
            return answer;
        case Behaviour::lorem:
            answer.tokens = tokens.value_or(kLoremTokens);
            return answer;
        case Behaviour::reasoning:
            if (!request.reasoning_off) {
                answer.reasoning = "The user wrote: " + std::string(excerpt(request.user_text)) +
                                   ". I think about it, and answer plainly.";
            }
            break;
        case Behaviour::chat:
        case Behaviour::embed:  // they answer a chat as any model does; routes do not send them one
        case Behaviour::rerank:
        case Behaviour::moderation:
        case Behaviour::image:
        case Behaviour::speech:
        case Behaviour::realtime:
        case Behaviour::transcribe:
            break;
    }
    plan_chat(request, choice, answer);
    if (is_plain(request, answer)) answer.tokens = tokens;
    return answer;
}

}  // namespace breakwater::sim
