#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// What of a streamed answer has gone to the client's encoder, for a route whose `after_commit` may complete an answer
/// that breaks off. At most 1 MB: what is longer is forgotten and cannot be completed.
class SentAnswer {
public:
    enum class Kind : std::uint8_t { text, refusal, reasoning, call };
    /// A stretch of one kind, in the order in which they came.
    struct Piece {
        Kind kind = Kind::text;
        std::string text{};  ///< of a call: its arguments
        std::string id{};    ///< of a call
        std::string name{};  ///< of a call
        bool custom = false;
        bool sealed = false;  ///< a block of reasoning whose end was sent
    };

    /// More of the piece that is the last one of the choice, or a new one.
    void append(std::uint32_t choice, Kind kind, std::string_view text);
    void open_call(std::uint32_t choice, std::string_view id, std::string_view name, bool custom);
    /// More arguments of the call with this number.
    void append_arguments(std::uint32_t choice, std::uint32_t call, std::string_view text);
    void seal_reasoning(std::uint32_t choice);
    /// There was something that the answers of two attempts cannot be compared by, or that cannot be cut in two.
    void note_opaque() noexcept { opaque_ = true; }

    /// Another attempt may complete the answer: all of it is known, and no tool call is half sent.
    [[nodiscard]] bool can_be_completed() const;
    [[nodiscard]] const std::vector<Piece>& pieces(std::uint32_t choice) const noexcept;
    [[nodiscard]] std::size_t choices() const noexcept { return choices_.size(); }
    [[nodiscard]] bool has_call(std::uint32_t choice, std::string_view id) const noexcept;
    /// Where in the choice's pieces its call with this number is; their count when there is none.
    [[nodiscard]] std::size_t place_of_call(std::uint32_t choice, std::uint32_t call) const noexcept;

private:
    /// The choice, if `bytes` more may be remembered.
    std::vector<Piece>* room_in(std::uint32_t choice, std::size_t bytes);

    std::vector<std::vector<Piece>> choices_;
    std::size_t bytes_ = 0;
    bool opaque_ = false;
    bool forgotten_ = false;
};

}  // namespace breakwater
