#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/argument_scan.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "event_writer.hpp"

namespace breakwater::openai_responses_client {

/// Canonical events to the items of an answer, one after the other: an item is done before the next is added. Writes
/// the events of each on its way, if asked to, and keeps what is done as JSON. Whole answers and streams alike.
class AnswerItems {
public:
    /// `name`: what ids of items are made of, unique to the answer. `events`: null for none; outlives it.
    AnswerItems(std::string_view name, EventWriter* events) : name_(name), events_(events) {}

    void text(std::string_view text) { say(Part::text, text); }
    void refusal(std::string_view text) { say(Part::refusal, text); }
    void reasoning(const ReasoningDelta& delta);
    void reasoning_end(const ReasoningEnd& end);
    void call(const ToolCallStart& start);
    /// False for arguments of a call that is done: they cannot be told any more.
    [[nodiscard]] bool arguments(const ToolArgsDelta& delta);
    void annotation(std::string_view nested);
    void logprobs(std::string_view json);
    void native(std::string_view json);
    /// Ends what is open; `status`: completed or incomplete.
    void close(std::string_view status);

    /// The items that are done, as the inside of a list.
    [[nodiscard]] const std::string& done() const noexcept { return done_; }
    /// Bytes that are kept.
    [[nodiscard]] std::size_t bytes() const noexcept;

private:
    enum class Kind : std::uint8_t { none, message, reasoning, call };
    enum class Part : std::uint8_t { none, text, refusal, summary, thought };
    /// A call, open or waiting for the one before it.
    struct Call {
        std::uint32_t index = 0;
        std::string id{};
        std::string name{};
        bool custom = false;
        std::string extension{};
        std::string arguments{};
        ingress::ArgumentScan scan{};
    };

    void open(Kind kind, std::string_view prefix);
    void say(Part part, std::string_view text);
    void open_part(Part part);
    void close_part();
    void fill_arguments(std::string_view status);
    void close_item(std::string_view status);
    void open_call(Call call);
    void open_waiting_calls();
    void write_delta(std::string_view piece);
    void write_place(bool part);
    [[nodiscard]] std::string part_json(bool filled) const;
    [[nodiscard]] std::string item_json(std::string_view status, bool filled) const;
    void put_item(const std::string& item, bool added, bool finished);

    std::string name_;
    EventWriter* events_;
    std::string done_;
    std::int64_t index_ = 0;  ///< of the item that is open, or comes next
    Kind kind_ = Kind::none;
    std::string id_;
    bool verbatim_ = false;  ///< the open reasoning item is the model's own words
    Part part_ = Part::none;
    std::int64_t part_index_ = 0;
    std::string text_;         ///< of the open part
    std::string annotations_;  ///< of the open part, the inside of a list
    std::int64_t annotation_count_ = 0;
    std::string logprobs_;           ///< of the open part, likewise
    std::size_t logprobs_slot_ = 0;  ///< where the last delta's can still be put into the events, or 0
    std::string parts_;              ///< those of the open item that are done
    std::string sealed_;             ///< of the open reasoning item
    std::int64_t text_before_ = 0;   ///< UTF-16 units in parts that are done
    Call call_;
    std::vector<Call> waiting_;
    std::vector<std::uint32_t> filled_;  ///< calls that ended without arguments
};

}  // namespace breakwater::openai_responses_client
