#include "chunk.hpp"

#include <algorithm>

#include "../shared/error_body.hpp"
#include "chunk_parts.hpp"
#include "finish.hpp"
#include "logprobs.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

/// As the guard's limit: the index comes from outside and sizes a table.
constexpr std::uint32_t kChoicesMax = 128;

void emit_usage(std::optional<Element> usage, EventSink& sink) {
    if (!usage) return;
    if (const auto counts = read_usage(*usage)) sink.on_event(UsageEvent{*counts});
}

void report_fields(std::uint32_t unknown, EventSink& sink) {
    for (; unknown > 0; --unknown) sink.on_unknown(Unknown::field);
}

Error failed_finish(std::string_view word) {
    const bool overloaded = word == "insufficient_system_resource";
    Error error(overloaded ? ErrorKind::overloaded : ErrorKind::upstream_error,
                "The provider broke off its answer (finish_reason \"" + std::string(word) + "\").");
    error.upstream =
        UpstreamFacts{.status = 200, .type = {}, .code = std::string(word), .message = {}, .request_id = {}};
    return error;
}

}  // namespace

Error in_band_error(JsonReader::Element root) {
    return classify_provider_error(read_provider_error(200, root), std::nullopt);
}

Result<void> ChunkReader::read(JsonReader::Element root, EventSink& sink) {
    plain_text_.reset();
    const Envelope envelope(root);
    if (envelope.error && says_error(root)) return std::unexpected(in_band_error(root));
    if (envelope.groq) {
        // Groq keeps its own counts and failures beside the chunk.
        if (says_error(*envelope.groq)) return std::unexpected(in_band_error(*envelope.groq));
        if (!envelope.usage) emit_usage(get_object(*envelope.groq, "usage"), sink);
    }
    report_fields(envelope.unknown_fields, sink);
    if (!envelope.choices && !envelope.usage && !envelope.groq) sink.on_unknown(Unknown::event);
    start(envelope.start, sink);
    if (envelope.citations) citations_.read_urls(*envelope.citations, envelope.search_results);
    if (envelope.choices) {
        answered_ = true;
        std::uint32_t position = 0;
        for (const Element choice : *envelope.choices) {
            if (auto done = read_choice(choice, position++, sink); !done) return done;
        }
        if (position > 1) plain_text_.reset();
    }
    if (envelope.citations || envelope.usage || envelope.groq) plain_text_.reset();
    emit_usage(envelope.usage, sink);
    return {};
}

void ChunkReader::read_like_it(const PlainText& plain, EventSink& sink) {
    Choice& choice = choices_[plain.choice];
    if (choice.finished || plain.text.empty()) return;
    choice.text.add(plain.text, {});
    sink.on_event(TextDelta{.choice = plain.choice, .text = plain.text});
}

/// Facts are passed on once each, as soon as a chunk has them: Azure's first one has only empty fields.
void ChunkReader::start(const MessageStart& facts, EventSink& sink) {
    MessageStart news;
    if (!has_id_ && !facts.id.empty()) news.id = facts.id, has_id_ = true;
    if (!has_model_ && !facts.model.empty()) news.model = facts.model, has_model_ = true;
    if (!has_created_ && facts.created > 0) news.created = facts.created, has_created_ = true;
    if (!has_tier_ && !facts.service_tier.empty()) news.service_tier = facts.service_tier, has_tier_ = true;
    if (!has_fingerprint_ && !facts.system_fingerprint.empty()) {
        news.system_fingerprint = facts.system_fingerprint;
        has_fingerprint_ = true;
    }
    const bool any = !news.id.empty() || !news.model.empty() || news.created > 0 || !news.service_tier.empty() ||
                     !news.system_fingerprint.empty();
    if (any) sink.on_event(news);
}

Result<void> ChunkReader::read_choice(JsonReader::Element element, std::uint32_t position, EventSink& sink) {
    ChoiceParts parts(element, position);
    if (parts.error && says_error(element)) return std::unexpected(in_band_error(element));
    if (parts.index >= kChoicesMax) {
        return fail(ErrorKind::upstream_invalid, "The provider sent more choices than the gateway allows.");
    }
    report_fields(parts.unknown_fields, sink);
    emit_usage(parts.usage, sink);  // Moonshot counts inside the choice
    if (choices_.size() <= parts.index) choices_.resize(std::size_t{parts.index} + 1);
    Choice& choice = choices_[parts.index];
    if (choice.finished) return {};
    choice.seen = true;
    // Perplexity's whole answers have an empty delta beside their message.
    if (parts.beside && !choice.said) parts.use_message_beside();
    if (parts.message) {
        if (auto done = read_message(MessageParts(*parts.message, parts), choice, parts.index, sink); !done)
            return done;
    }
    if (!parts.text.empty()) sink.on_event(TextDelta{.choice = parts.index, .text = parts.text});
    read_logprobs(parts, parts.index, sink);
    if (parts.odd_finish && !choice.odd_finish) {
        choice.odd_finish = true;
        sink.on_unknown(Unknown::finish_reason);
    }
    choice.odd_end = choice.odd_end || parts.odd_end;
    return finish_choice(parts.finish, parts.whole, choice, parts.index, sink);
}

Result<void> ChunkReader::read_message(const MessageParts& parts, Choice& choice, std::uint32_t index,
                                       EventSink& sink) {
    report_fields(parts.unknown_fields, sink);
    choice.said = choice.said || parts.says_something();
    emit_thoughts(parts.thoughts, index, sink);
    read_content(parts, choice, index, sink);
    if (!parts.refusal.empty()) sink.on_event(RefusalDelta{.choice = index, .text = parts.refusal});
    if (parts.tool_calls) {
        if (auto done = choice.calls.read(*parts.tool_calls, parts.whole, index, names_, sink); !done) return done;
    }
    if (parts.function_call) {
        if (auto done = choice.calls.read_legacy(*parts.function_call, index, names_, sink); !done) return done;
    }
    if (parts.annotations) citations_.read_annotations(*parts.annotations, index, sink);
    if (parts.audio) {
        scratch_.clear();
        append_json(scratch_, *parts.audio);
        sink.on_event(AudioEvent{.choice = index, .json = scratch_});
    }
    return {};
}

void ChunkReader::read_content(const MessageParts& parts, Choice& choice, std::uint32_t index, EventSink& sink) {
    if (parts.content_list) {
        choice.text.add_bytes(emit_parts(*parts.content_list, index, sink));
        return;
    }
    if (parts.content.empty()) return;
    if (choice.text.is_said_again_by(parts.content, parts.accumulated, parts.last)) return;
    choice.text.add(parts.content, parts.accumulated);
    if (parts.says_text_alone()) plain_text_ = {.choice = index, .text = parts.content};
    sink.on_event(TextDelta{.choice = index, .text = parts.content});
}

void ChunkReader::read_logprobs(const ChoiceParts& parts, std::uint32_t index, EventSink& sink) {
    if (!parts.logprobs) return;
    scratch_.clear();
    const std::string_view text = parts.message ? get_string(*parts.message, "content").value_or("") : parts.text;
    if (write_logprobs(scratch_, *parts.logprobs, text, !parts.message)) {
        sink.on_event(LogprobsEvent{.choice = index, .json = scratch_});
    }
}

/// Remembers how the choice ended; it is said at the end of the answer, because sources may still follow.
Result<void> ChunkReader::finish_choice(std::string_view word, bool whole, Choice& choice, std::uint32_t index,
                                        EventSink& sink) {
    if (is_failed_finish(word)) return std::unexpected(failed_finish(word));
    // An empty word in a stream is Azure's and others' way to write null.
    if (word.empty()) {
        if (whole) choice.calls.flush(index, sink);
        return {};
    }
    choice.calls.flush(index, sink);
    if (!is_known_finish(word)) sink.on_unknown(Unknown::finish_reason);
    choice.finish = finish_reason_of(word);
    choice.native = word;
    choice.finished = true;
    return {};
}

bool ChunkReader::finished() const noexcept {
    bool any = false;
    for (const Choice& choice : choices_) {
        const bool finished = choice.finished || choice.odd_end;
        if (choice.seen && !finished) return false;
        any = any || finished;
    }
    return any;
}

void ChunkReader::end(EventSink& sink) {
    for (std::uint32_t i = 0; i < choices_.size(); ++i) choices_[i].calls.flush(i, sink);
    citations_.finish(sink);
    for (std::uint32_t i = 0; i < choices_.size(); ++i) {
        const Choice& choice = choices_[i];
        if (choice.finished || choice.odd_end)
            sink.on_event(FinishEvent{.choice = i, .reason = choice.finish, .native = choice.native});
    }
    sink.on_event(StreamEnd{});
}

}  // namespace breakwater::openai
