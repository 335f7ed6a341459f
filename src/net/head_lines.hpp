#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwater {

/// Cuts the head of an HTTP/1 message into lines that end with CR LF and hold no other CR, LF or NUL. Sans-IO.
class HeadLines {
public:
    enum class Next : std::uint8_t {
        line,
        incomplete,  ///< the rest has no line end yet
        broken,      ///< a bare CR, a bare LF or a NUL
    };
    explicit HeadLines(std::string_view received) noexcept : received_(received) {}

    /// The next line, without its end.
    Next next(std::string_view& line) noexcept;
    /// The last line has no control byte but tabs, so that every value in it is a valid one.
    [[nodiscard]] bool clean() const noexcept { return clean_; }
    /// Bytes of the lines so far, with their ends.
    [[nodiscard]] std::size_t consumed() const noexcept { return at_; }

private:
    std::string_view received_;
    std::size_t at_ = 0;
    bool clean_ = false;
};

/// One field of a head.
struct HeadField {
    std::string_view name{};
    std::string_view value{};  ///< without blanks at its ends
};
/// False when there is no colon. Whether name and value are valid is for the caller to say.
bool split_field(std::string_view line, HeadField& field) noexcept;

/// What a Connection field asks for.
struct ConnectionTokens {
    bool close = false;
    bool keep_alive = false;
};
/// Adds what `value` asks for. False when it is no list of tokens, of which every reader makes something else.
bool read_connection(std::string_view value, ConnectionTokens& tokens) noexcept;

}  // namespace breakwater
