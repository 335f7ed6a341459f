#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai {

/// Names of the request's tools: they tell whether a name that is being streamed is complete.
class ToolNames {
public:
    explicit ToolNames(std::vector<std::string> names) : names_(std::move(names)) {}
    /// The name is one of the tools, and not the beginning of another.
    [[nodiscard]] bool is_complete(std::string_view name) const noexcept;

private:
    std::vector<std::string> names_;
};

/// Reads the tool calls of one choice, from deltas or a whole message, and opens them in order: 0, 1, 2 ... What
/// providers do to `index`, `id` and `name` is settled here; ids that are missing or not unique are left to the guard.
/// A call of a kind that nobody knows is told to the sink as such, and passed over with all that belongs to it. However
/// many entries there are, it keeps a bounded number of calls, so that each entry costs a bounded search.
class ToolCallReader {
public:
    /// As the guard's limit, which counts a call only when it opens.
    static constexpr std::size_t kCallsMax = 128;
    /// Calls of unknown kinds that are remembered. Each entry of a further one counts as a call of its own.
    static constexpr std::size_t kUnknownMax = 32;

    /// `tool_calls` of a delta (`whole`: of a message, where each entry is a call of its own). Error: upstream_invalid
    /// for more than kCallsMax calls; no entry is read after it.
    Result<void> read(JsonReader::Array entries, bool whole, std::uint32_t choice, const ToolNames& names,
                      EventSink& sink);
    /// `function_call`, the older form: one call without id. Ignored when the same answer has tool calls.
    Result<void> read_legacy(JsonReader::Element entry, std::uint32_t choice, const ToolNames& names, EventSink& sink);
    /// Opens a call that was waiting for the rest of its name.
    void flush(std::uint32_t choice, EventSink& sink);

private:
    struct Call {
        std::optional<std::int64_t> index{};  ///< the provider's; none when it does not number its calls
        std::string id{};
        std::string name{};
        std::string extension{};
        bool custom = false;
        bool open = false;
        bool legacy = false;
        bool unknown = false;  ///< kept only to tell what goes on with it
    };
    struct Entry;

    Result<Call*> begin(const Entry& entry, std::uint32_t choice, EventSink& sink);
    Call* find(const Entry& entry) noexcept;
    Result<void> take(const Entry& entry, std::uint32_t choice, const ToolNames& names, EventSink& sink);
    [[nodiscard]] bool goes_on_with_dropped(const Entry& entry) const noexcept;
    void open(Call& call, std::uint32_t choice, EventSink& sink);

    std::vector<Call> calls_;
    std::size_t unknown_calls_ = 0;  ///< among them
    bool dropped_ = false;           ///< there was one more of an unknown kind than are remembered
    std::string scratch_;
};

}  // namespace breakwater::openai
