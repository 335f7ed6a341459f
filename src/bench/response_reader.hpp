#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/bench/failure.hpp"
#include "breakwater/net/chunked.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "response_head.hpp"

namespace breakwater::bench {

/// Reads the answers of one connection, one after the other: framing, status, and whether it is what was asked for. The
/// body of a whole answer is counted and not parsed; the events of a stream are told apart by `classify`. Allocates
/// only for what spans two reads and for error bodies. Sans-IO; one thread.
class ResponseReader final : private SseHandler {
public:
    /// What one piece of input brought.
    struct Step {
        std::uint32_t events = 0;          ///< with data, without the end mark
        std::uint32_t content_events = 0;  ///< of these, the ones with content
        bool done = false;                 ///< the answer is complete; `failure()` says how it went
    };

    explicit ResponseReader(bool stream) : stream_(stream) {}

    /// Forgets the answer before, for the next one on the same connection.
    void begin();
    /// Takes all bytes of one read, which are changed in place. After `done`, `begin` comes before the next call.
    Step feed(std::span<char> bytes);
    /// The peer has closed the connection or it failed: the answer is complete if its framing allows that.
    Step end_of_connection(bool clean);

    [[nodiscard]] Failure failure() const noexcept { return failure_; }
    [[nodiscard]] int status() const noexcept { return head_.status; }  ///< 0 before the head has been read
    [[nodiscard]] bool started() const noexcept { return started_; }    ///< any byte has come
    /// The connection can carry another request.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }
    /// What the server said about a failure, as it came; empty when it said nothing.
    [[nodiscard]] std::string_view error_text() const noexcept { return error_text_; }

private:
    enum class Phase : std::uint8_t { head, body, done };

    bool take_head(std::span<char>& bytes);
    void take_framed(std::span<char> bytes);
    void take_body(std::string_view bytes);
    void take_whole(std::string_view bytes);
    void keep_error_text(std::string_view bytes);
    void fail(Failure failure) noexcept;
    void broken() noexcept;
    void finish(bool reusable);
    void judge();
    Result<void> on_sse(const SseEvent& event) override;

    bool stream_;
    Phase phase_ = Phase::head;
    Failure failure_ = Failure::none;
    bool started_ = false;
    bool reusable_ = false;
    bool end_mark_ = false;  // [DONE] has come
    char first_ = 0;         // first and last byte of a whole answer that is no blank
    char last_ = 0;
    ResponseHead head_;
    std::uint64_t left_ = 0;  // of a body with a content-length
    Step step_;
    ChunkedDecoder chunks_;
    SseParser events_;
    std::size_t delta_offset_ = 0;  // see `classify`
    std::string partial_head_;
    std::string error_text_;
};

}  // namespace breakwater::bench
