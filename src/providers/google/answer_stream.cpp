#include "answer_stream.hpp"

#include <algorithm>
#include <cstdio>

#include "../shared/seals.hpp"
#include "../shared/unknown_fields.hpp"
#include "breakwater/base/kept_buffer.hpp"
#include "breakwater/base/random.hpp"
#include "finish.hpp"
#include "logprobs.hpp"
#include "signatures.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;

constexpr std::int64_t kChoicesMax = 128;  // as many as the guard lets through

constexpr std::string_view kMembers[] = {"candidates",   "promptFeedback",  "usageMetadata",
                                         "modelVersion", "responseId",      "createTime",
                                         "modelStatus",  "sdkHttpResponse", "automaticFunctionCallingHistory",
                                         "parsed"};
// Those of the objects inside, each in the order in which the API writes them. What is only passed over is among them.
constexpr std::string_view kFeedbackMembers[] = {"blockReason", "safetyRatings", "blockReasonMessage"};
constexpr std::string_view kCandidateMembers[] = {"content",
                                                  "finishReason",
                                                  "index",
                                                  "safetyRatings",
                                                  "avgLogprobs",
                                                  "finishMessage",
                                                  "citationMetadata",
                                                  "logprobsResult",
                                                  "tokenCount",
                                                  "groundingAttributions",
                                                  "urlContextMetadata",
                                                  "groundingMetadata",
                                                  "score"};
constexpr std::string_view kContentMembers[] = {"parts", "role"};
constexpr std::string_view kPartMembers[] = {
    "text",           "functionCall",        "thought",          "thoughtSignature", "inlineData",
    "executableCode", "codeExecutionResult", "functionResponse", "fileData",         "toolCall",
    "toolResponse",   "videoMetadata",       "mediaResolution",  "partMetadata"};
constexpr std::string_view kCallMembers[] = {"name", "args", "id", "partialArgs", "willContinue"};
constexpr std::string_view kUsageMembers[] = {"promptTokenCount",
                                              "candidatesTokenCount",
                                              "totalTokenCount",
                                              "trafficType",
                                              "promptTokensDetails",
                                              "candidatesTokensDetails",
                                              "thoughtsTokenCount",
                                              "cachedContentTokenCount",
                                              "cacheTokensDetails",
                                              "toolUsePromptTokenCount",
                                              "toolUsePromptTokensDetails",
                                              "serviceTier"};

/// Code that the vendor ran, its results, files, and tools of the vendor's own: steps on the way, not the answer.
bool is_step(Element part) {
    static constexpr std::string_view kSteps[] = {
        "executableCode", "codeExecutionResult", "functionResponse", "fileData", "toolCall", "toolResponse"};
    return std::ranges::any_of(kSteps, [&](std::string_view name) { return get_value(part, name).has_value(); });
}

FinishReason finish_reason(FinishClass what, bool calls) noexcept {
    switch (what) {
        case FinishClass::length:
            return FinishReason::length;
        case FinishClass::filter:
            return FinishReason::content_filter;
        case FinishClass::stop:
        case FinishClass::failure:
            break;
    }
    return calls ? FinishReason::tool_calls : FinishReason::stop;
}

Error unusable(std::string_view reason, std::string_view message) {
    UpstreamFacts facts{
        .status = 200, .type = sanitise_provider_text(reason, 100), .message = sanitise_provider_text(message)};
    std::string text = "The model's answer cannot be used (" + facts.type + ")";
    if (!facts.message.empty()) text += ": " + facts.message;
    Error error(ErrorKind::upstream_error, std::move(text));
    error.upstream = std::move(facts);
    return error;
}

}  // namespace

Result<void> AnswerStream::on_chunk(Element chunk, EventSink& sink) {
    report_unknown_fields(chunk, kMembers, sink);
    read_head(chunk, sink);
    read_block(chunk, sink);
    if (const auto candidates = get_array(chunk, "candidates")) {
        if (auto read = read_candidates(*candidates, sink); !read) return read;
    }
    if (const auto usage = get_object(chunk, "usageMetadata")) {
        report_unknown_fields(*usage, kUsageMembers, sink);
        usage_.read(*usage);
        sink.on_event(UsageEvent{usage_.usage()});
    }
    return {};
}

void AnswerStream::read_head(Element chunk, EventSink& sink) {
    if (!id_.empty()) return;
    const std::string_view id = get_string(chunk, "responseId").value_or("");
    const std::string_view model = get_string(chunk, "modelVersion").value_or("");
    if (id.empty() && model.empty()) return;
    id_ = id;
    sink.on_event(MessageStart{.id = id, .model = model});
}

void AnswerStream::read_block(Element chunk, EventSink& sink) {
    const auto feedback = get_object(chunk, "promptFeedback");
    if (!feedback) return;
    report_unknown_fields(*feedback, kFeedbackMembers, sink);
    Reason reason = block_word(*feedback);
    if (reason.odd) sink.on_unknown(Unknown::finish_reason);
    if (!reason.word.empty() && reason.word != block_reason_) {
        if (!is_known_block(reason.word)) sink.on_unknown(Unknown::finish_reason);
        block_reason_ = std::move(reason.word);
    }
    if (const auto message = get_string(*feedback, "blockReasonMessage")) block_message_ = *message;
}

Result<void> AnswerStream::read_candidates(JsonReader::Array candidates, EventSink& sink) {
    std::int64_t position = 0;
    for (const Element candidate : candidates) {
        const std::int64_t index = get_int(candidate, "index").value_or(position++);
        if (index < 0 || index >= kChoicesMax)
            return fail(ErrorKind::upstream_invalid, "The provider numbered its answers beyond all bounds.");
        while (std::int64_t(choices_.size()) <= index) choices_.emplace_back(shape_.filter);
        if (auto read = read_candidate(candidate, static_cast<std::uint32_t>(index), sink); !read) return read;
    }
    return {};
}

Result<void> AnswerStream::read_candidate(Element candidate, std::uint32_t index, EventSink& sink) {
    choices_[index].seen = true;
    report_unknown_fields(candidate, kCandidateMembers, sink);
    if (const auto content = get_object(candidate, "content")) {
        report_unknown_fields(*content, kContentMembers, sink);
        if (const auto parts = get_array(*content, "parts")) {
            for (const Element part : *parts) {
                if (auto read = read_part(part, index, sink); !read) return read;
            }
        }
    }
    if (const auto result = get_object(candidate, "logprobsResult"); result && write_logprobs(logprobs_, *result)) {
        sink.on_event(LogprobsEvent{.choice = index, .json = logprobs_});
        clear_kept(logprobs_);
    }
    Choice& choice = choices_[index];
    if (const auto grounding = get_object(candidate, "groundingMetadata"); grounding && shape_.searches)
        choice.citations.send(*grounding, index, sink);
    Reason reason = finish_word(candidate);
    if (!reason.word.empty()) choice.finish = std::move(reason.word);
    if (reason.odd && !choice.odd_finish) {
        choice.odd_finish = true;
        sink.on_unknown(Unknown::finish_reason);
    }
    if (const auto message = get_string(candidate, "finishMessage")) choice.finish_message = *message;
    return {};
}

Result<void> AnswerStream::read_part(Element part, std::uint32_t index, EventSink& sink) {
    Choice& choice = choices_[index];
    const std::string_view signature = get_string(part, "thoughtSignature").value_or("");
    const std::optional<std::string_view> words = get_string(part, "text");
    if (get_bool(part, "thought").value_or(false)) {
        if (words && !words->empty()) {
            sink.on_event(ReasoningDelta{.choice = index, .text = *words});
            choice.thinking = true;
        }
        if (!signature.empty()) end_thought(choice, index, signature, sink);
    } else if (const auto call = get_object(part, "functionCall")) {
        if (auto read = read_call(*call, signature, index, sink); !read) return read;
    } else if (words) {
        text(choice, index, *words, sink);
        // It seals the text, not the thoughts before it, and often comes with an empty piece of text at the end.
        if (!signature.empty()) {
            if (choice.thinking) end_thought(choice, index, {}, sink);
            end_thought(choice, index, signature, sink);
        }
    } else if (get_object(part, "inlineData")) {
        choice.has_media = true;
    } else if (!is_step(part) && signature.empty()) {
        sink.on_unknown(Unknown::content);
        return {};
    }
    report_unread_fields(part, 1, kPartMembers, sink);
    return {};
}

// As a rule a call comes whole. On Vertex its arguments may stream: then it is opened by a part with its name, filled
// by parts without, and closed by an empty one, which is missing now and then.
Result<void> AnswerStream::read_call(Element call, std::string_view signature, std::uint32_t index, EventSink& sink) {
    const std::string_view name = get_string(call, "name").value_or("");
    const bool goes_on = get_bool(call, "willContinue").value_or(false);
    const auto streamed = get_array(call, "partialArgs");
    if (name.empty() && !choices_[index].partial) {
        if (!is_empty(call)) sink.on_unknown(Unknown::content);
        return {};
    }
    report_unknown_fields(call, kCallMembers, sink);
    if (!name.empty()) {
        start_call(name, get_string(call, "id").value_or(""), signature, index, sink);
        Choice& choice = choices_[index];
        if (goes_on || streamed) {
            choice.partial = std::make_unique<PartialArguments>();
        } else {
            const auto whole = get_object(call, "args");
            arguments(choice, index, whole ? to_json(*whole) : std::string("{}"), sink);
        }
    }
    Choice& choice = choices_[index];
    if (choice.partial && streamed) {
        if (auto added = choice.partial->add(*streamed); !added) return added;
    }
    if (!goes_on) close_call(choice, index, sink);
    return {};
}

void AnswerStream::start_call(std::string_view name, std::string_view id, std::string_view signature,
                              std::uint32_t index, EventSink& sink) {
    Choice& choice = choices_[index];
    close_call(choice, index, sink);
    if (choice.thinking) end_thought(choice, index, {}, sink);
    const std::uint32_t number = choice.calls++;
    if (is_kept_back(choice)) return;
    const std::string given = id.empty() ? call_id(index, number) : std::string(id);
    const std::string extension = call_extension(signature);
    sink.on_event(ToolCallStart{
        .choice = index, .index = number, .id = given, .name = shape_.names.original(name), .extension = extension});
}

void AnswerStream::close_call(Choice& choice, std::uint32_t index, EventSink& sink) {
    if (!choice.partial) return;
    arguments(choice, index, choice.partial->json(), sink);
    choice.partial.reset();
}

void AnswerStream::arguments(const Choice& choice, std::uint32_t index, std::string_view json, EventSink& sink) const {
    if (!is_kept_back(choice)) sink.on_event(ToolArgsDelta{.choice = index, .index = choice.calls - 1, .json = json});
}

bool AnswerStream::is_kept_back(const Choice& choice) const noexcept {
    return shape_.one_call && choice.calls > 1;
}

// The same for every reading of an answer, and another in every answer. Where nothing tells answers apart the guard
// makes one up.
std::string AnswerStream::call_id(std::uint32_t choice, std::uint32_t call) const {
    if (id_.empty()) return {};
    char text[64];
    std::snprintf(text, sizeof text, "call_%016llx_%u_%u", static_cast<unsigned long long>(fnv1a(id_)), choice, call);
    return text;
}

void AnswerStream::text(Choice& choice, std::uint32_t index, std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    if (choice.filter.passes_all()) return send_text(choice, index, text, sink);
    filtered_.clear();
    choice.filter.feed(text, filtered_);
    send_text(choice, index, filtered_, sink);
}

void AnswerStream::send_text(Choice& choice, std::uint32_t index, std::string_view text, EventSink& sink) {
    if (text.empty()) return;
    if (choice.thinking) end_thought(choice, index, {}, sink);
    choice.has_text = true;
    if (shape_.searches) choice.citations.add_text(text);
    sink.on_event(TextDelta{.choice = index, .text = text});
}

void AnswerStream::end_thought(Choice& choice, std::uint32_t index, std::string_view signature, EventSink& sink) {
    choice.thinking = false;
    const std::string seal = signature.empty() ? std::string() : mark_seal(kSealVendor, signature);
    sink.on_event(ReasoningEnd{.choice = index, .signature = seal});
}

Result<void> AnswerStream::on_eof(bool complete, EventSink& sink) {
    if (choices_.empty() && !block_reason_.empty()) {
        const std::string& words = block_message_;
        sink.on_event(RefusalDelta{.text = words.empty() ? "The prompt was blocked: " + block_reason_ : words});
        sink.on_event(FinishEvent{.reason = FinishReason::content_filter, .native = block_reason_});
        sink.on_event(StreamEnd{});
        return {};
    }
    const auto unfinished = [](const Choice& choice) { return choice.seen && choice.finish.empty(); };
    if (!complete && (choices_.empty() || std::ranges::any_of(choices_, unfinished)))
        return fail(ErrorKind::upstream_truncated, "The provider's answer ended before it was complete.");
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        if (!choices_[i].seen) continue;
        if (auto done = finish(i, sink); !done) return done;
    }
    sink.on_event(StreamEnd{});
    return {};
}

Result<void> AnswerStream::finish(std::uint32_t index, EventSink& sink) {
    Choice& choice = choices_[index];
    filtered_.clear();
    choice.filter.finish(filtered_);
    send_text(choice, index, filtered_, sink);
    close_call(choice, index, sink);
    if (choice.thinking) end_thought(choice, index, {}, sink);
    const FinishClass what = finish_class(choice.finish);
    if (!is_known_finish(choice.finish)) sink.on_unknown(Unknown::finish_reason);
    const bool empty = !choice.has_text && choice.calls == 0;
    if (empty && what == FinishClass::failure) return std::unexpected(unusable(choice.finish, choice.finish_message));
    if (empty && what == FinishClass::stop && choice.has_media)
        return fail(ErrorKind::unsupported_parameter,
                    "The model answered with an image or a sound, which the gateway does not hand on.", "modalities");
    if (empty && what == FinishClass::filter && !choice.finish_message.empty())
        sink.on_event(RefusalDelta{.choice = index, .text = choice.finish_message});
    sink.on_event(
        FinishEvent{.choice = index, .reason = finish_reason(what, choice.calls > 0), .native = choice.finish});
    return {};
}

}  // namespace breakwater::google
