#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/sent_text.hpp"
#include "breakwater/canonical/unknown.hpp"
#include "breakwater/canonical/usage.hpp"

namespace breakwater {

enum class FinishReason : std::uint8_t { stop, length, tool_calls, content_filter };
std::string_view to_string(FinishReason reason) noexcept;

// The events that every provider decoder produces and every client encoder consumes, for streams and whole answers
// alike. All string_views are borrowed: they are valid only during the call of EventSink::on_event that delivers them.

/// Facts about the answer; not content, so it does not commit the request. Later ones fill what earlier ones left
/// empty.
struct MessageStart {
    std::string_view id{};     ///< the provider's id
    std::string_view model{};  ///< the model that answered, in the provider's words
    std::int64_t created = 0;  ///< seconds since the epoch, 0 = unknown
    std::string_view service_tier{};
    std::string_view system_fingerprint{};
};
struct TextDelta {
    std::uint32_t choice = 0;
    std::string_view text;
};
struct RefusalDelta {
    std::uint32_t choice = 0;
    std::string_view text;
};
struct ReasoningDelta {
    std::uint32_t choice = 0;
    std::string_view text;
    bool verbatim = false;  ///< the model's own words, and not a summary of them
};
/// The end of one reasoning block, with what must be replayed unchanged: its signature, or opaque data in place of
/// text. The block's text is what ReasoningDelta brought since the last ReasoningEnd of the choice.
struct ReasoningEnd {
    std::uint32_t choice = 0;
    std::string_view signature{};
    std::string_view redacted{};
};
/// Opens tool call `index` (0, 1, 2 ... per choice, in order, after the guard). One id and one name, never empty after
/// the guard.
struct ToolCallStart {
    std::uint32_t choice = 0;
    std::uint32_t index = 0;
    std::string_view id;
    std::string_view name;
    bool custom = false;
    std::string_view extension{};  ///< JSON, see ToolCallPart::extension
};
/// A fragment of the arguments of an open call; the fragments join to the text that the model produced.
struct ToolArgsDelta {
    std::uint32_t choice = 0;
    std::uint32_t index = 0;
    std::string_view json;
};
/// One annotation object of the OpenAI shape (url_citation), as JSON.
struct AnnotationEvent {
    std::uint32_t choice = 0;
    std::string_view json;
};
/// The value of `logprobs` for the content that came with it, as JSON of the OpenAI shape.
struct LogprobsEvent {
    std::uint32_t choice = 0;
    std::string_view json;
};
/// The value of `audio` in a delta or message, as JSON of the OpenAI shape.
struct AudioEvent {
    std::uint32_t choice = 0;
    std::string_view json;
};
/// An item of the answer that only the client's own dialect has, such as a call of a tool that the provider ran itself.
/// Decoders send it only where `ChatRequest::dialect` is theirs (`NativeItemPart` gives it back).
struct NativeItem {
    std::string_view json;
};
/// The vector of one input, in the order of the inputs. Either `values`, or `base64` of little-endian 32-bit floats, as
/// the provider sent it.
struct EmbeddingEvent {
    std::uint32_t index = 0;
    std::span<const double> values{};
    std::string_view base64{};
};
/// The head of an answer that the client gets as the provider gave it, whatever its status. Its body follows as
/// BytesEvents; there may be none.
struct RelayedHead {
    int status = 200;
    std::span<const std::pair<std::string_view, std::string_view>> fields{};  ///< those that the client gets
};
/// How well one document fits the query; in any order.
struct RankEvent {
    std::uint32_t index = 0;
    double score = 0;
};
/// What a moderation says of one category, in OpenAI's word for it where it has one.
struct ModerationCategory {
    std::string_view name;
    bool flagged = false;
    double score = 0;    ///< from 0 to 1
    bool text = false;   ///< the text was judged by it
    bool image = false;  ///< the pictures were
};
/// The verdict on one input, in the order of the inputs.
struct ModerationEvent {
    std::uint32_t index = 0;
    bool flagged = false;
    std::span<const ModerationCategory> categories{};
};
/// One picture, in the order in which they came: its bytes or its address. What the provider does not say is empty.
struct ImageEvent {
    std::uint32_t index = 0;
    std::string_view base64{};
    std::string_view url{};
    std::string_view format{};  ///< png, jpeg, webp
    std::string_view revised_prompt{};
    std::string_view size{};
    std::string_view quality{};
    std::string_view background{};
};
/// What a picture looks like before it is done, of which a stream may have some; never the answer itself.
struct ImageDraftEvent {
    std::uint32_t index = 0;  ///< the provider's
    std::string_view base64{};
    std::string_view format{};  ///< this and what follows: as in ImageEvent
    std::string_view size{};
    std::string_view quality{};
    std::string_view background{};
};
/// A piece of an answer that is no text but a sound or a file: bytes that mean nothing to the gateway, as they came.
struct BytesEvent {
    std::string_view bytes{};
    std::string_view media_type{};  ///< of the whole, the same on every piece
};
/// Running totals: later ones win field by field.
struct UsageEvent {
    Usage usage;
};
/// Why a choice ended. `native` is the provider's own word, `stop_sequence` the one that was hit, where it says so.
struct FinishEvent {
    std::uint32_t choice = 0;
    FinishReason reason = FinishReason::stop;
    std::string_view native{};
    std::string_view stop_sequence{};
};
/// The provider said that the answer is complete. Exactly one StreamEnd or StreamFault comes last, after the guard.
struct StreamEnd {};
/// The answer cannot be completed (C3).
struct StreamFault {
    Error error;
};

using StreamEvent =
    std::variant<MessageStart, TextDelta, RefusalDelta, ReasoningDelta, ReasoningEnd, ToolCallStart, ToolArgsDelta,
                 AnnotationEvent, LogprobsEvent, AudioEvent, NativeItem, EmbeddingEvent, RankEvent, ModerationEvent,
                 ImageEvent, ImageDraftEvent, RelayedHead, BytesEvent, UsageEvent, FinishEvent, StreamEnd, StreamFault>;

/// Results of operations other than a chat.
template <class Event>
concept OperationEvent =
    std::same_as<Event, EmbeddingEvent> || std::same_as<Event, RankEvent> || std::same_as<Event, ModerationEvent> ||
    std::same_as<Event, ImageEvent> || std::same_as<Event, ImageDraftEvent> || std::same_as<Event, RelayedHead> ||
    std::same_as<Event, BytesEvent>;

/// True for events that commit a request (C4): tokens of the answer, whether text, reasoning, tool call or audio, and
/// results of other operations.
bool is_content(const StreamEvent& event) noexcept;

/// A piece of an answer that only clients of the provider's own dialect have a place for, as JSON of that dialect,
/// between the events of choice 0.
struct NativePart {
    enum class Kind : std::uint8_t { block, citation };
    ClientDialect dialect;
    Kind kind;
    std::string_view json;
};

/// Consumer of events. Implemented by the guard, the fold and the client encoders; called from one coroutine.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void on_event(const StreamEvent& event) = 0;
    /// Whether it has a place for the part, and took it; else the decoder says what it can of it in canonical words.
    virtual bool on_native(const NativePart& /*part*/) { return false; }
    /// A decoder passed over something that it does not know. Only the guard keeps count.
    virtual void on_unknown(Unknown /*what*/) {}
};

}  // namespace breakwater
