#include "breakwater/exchange/accepted_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <stdexcept>

#include "manual_runtime.hpp"

namespace breakwater::test {
namespace {

using namespace std::chrono_literals;

/// A client in memory, that sends what a test tells it to.
class Browser final : public ClientStream, private ClientTunnel {
public:
    explicit Browser(ManualRuntime& runtime) : runtime_(runtime) {}

    void send(std::string bytes) {
        sent_.push_back({.how = TunnelRead::How::bytes});
        bytes_.push_back(std::move(bytes));
        wake_.request();
    }
    void break_down() {
        sent_.push_back({.how = TunnelRead::How::failed});
        bytes_.emplace_back();
        breaks_ = true;
        wake_.request();
    }
    void leave() {
        sent_.push_back({.how = TunnelRead::How::end});
        bytes_.emplace_back();
        wake_.request();
    }

    Task<bool> respond(HttpResponseHead /*head*/, std::string_view /*body*/) override { co_return false; }
    Task<bool> start_stream(HttpResponseHead /*head*/, std::string_view /*first*/) override { co_return false; }
    Task<bool> write(std::string_view /*bytes*/) override { co_return false; }
    Task<bool> finish_stream(std::string_view /*last*/) override { co_return false; }
    Task<ClientTunnel*> switch_protocols(HttpResponseHead answer, std::string_view first) override {
        head = std::move(answer);
        got += first;
        co_return static_cast<ClientTunnel*>(this);
    }
    CancelSource& gone() noexcept override { return gone_; }

    std::optional<HttpResponseHead> head;
    std::string got;

private:
    Task<TunnelRead> read(Deadline deadline) override {
        if (sent_.empty()) {
            wake_ = CancelSource();
            co_await runtime_.sleep_until(deadline.at(), wake_);
        }
        if (sent_.empty()) co_return TunnelRead{.how = TunnelRead::How::timed_out};
        if (breaks_) throw std::runtime_error("a bug");
        TunnelRead read = sent_.front();
        handed_ = std::move(bytes_.front());
        sent_.pop_front();
        bytes_.pop_front();
        read.bytes = handed_;
        co_return read;
    }
    Task<bool> write_raw(std::string_view bytes) override {
        got += bytes;
        co_return true;
    }
    void cancel() noexcept override { wake_.request(); }
    void interrupt() noexcept override { wake_.request(); }

    ManualRuntime& runtime_;
    std::deque<TunnelRead> sent_;
    std::deque<std::string> bytes_;
    std::string handed_;
    CancelSource wake_;
    CancelSource gone_;
    bool breaks_ = false;
};

std::string frame(FrameKind kind, std::string_view payload, bool masked = true) {
    std::string out;
    append_frame(out, kind, payload, masked ? std::optional<std::uint32_t>(0x0A0B0C0D) : std::nullopt);
    return out;
}

std::string close_frame(CloseCode code, bool masked) {
    std::string out;
    append_close_frame(out, code, {}, masked ? std::optional<std::uint32_t>(1) : std::nullopt);
    return out;
}

struct Bench {
    ManualRuntime runtime;
    Browser browser{runtime};
    AcceptedClient client{browser, runtime, 100};
    std::optional<Result<std::string>> first;
    bool ended = false;

    void open() {
        start([](Bench& self) -> Task<void> {
            self.first = co_await self.client.open({.status = 101}, Deadline::after(self.runtime.now(), 30s));
        }(*this));
    }
    void respond(std::string_view body) {
        start([](Bench& self, std::string_view text) -> Task<void> { co_await self.client.respond({}, text); }(*this,
                                                                                                               body));
    }
    void end() {
        start([](Bench& self) -> Task<void> {
            co_await self.client.end();
            self.ended = true;
        }(*this));
    }
    static void start(Task<void> task) {
        spawn(std::move(task), [](std::exception_ptr) noexcept { ADD_FAILURE() << "something was thrown"; });
    }
    /// Who serves the client reads once.
    std::string read(ClientTunnel& tunnel) {
        std::string bytes;
        start([](ClientTunnel& from, std::string& to) -> Task<void> { to = (co_await from.read(Deadline())).bytes; }(
                                                          tunnel, bytes));
        return bytes;
    }
    ClientTunnel* take_over(std::string_view first_bytes) {
        ClientTunnel* tunnel = nullptr;
        start([](Bench& self, std::string_view bytes, ClientTunnel*& to) -> Task<void> {
            to = co_await self.client.switch_protocols({}, bytes);
        }(*this, first_bytes, tunnel));
        return tunnel;
    }
};

TEST(AcceptedClient, ReadsTheFirstMessageAndKeepsTheRest) {
    Bench bench;
    bench.open();
    EXPECT_EQ(bench.browser.head->status, 101);
    const std::string ahead = frame(FrameKind::text, "second");
    std::string sent = frame(FrameKind::ping, "p") + frame(FrameKind::binary, "the setup") + ahead.substr(0, 3);
    for (const char byte : sent) bench.browser.send(std::string(1, byte));
    ASSERT_TRUE(bench.first && *bench.first);
    EXPECT_EQ(**bench.first, "the setup");
    bench.browser.send(ahead.substr(3));
    EXPECT_EQ(bench.browser.got, frame(FrameKind::pong, "p", false));
    ClientTunnel* tunnel = bench.take_over("first of the provider");
    ASSERT_NE(tunnel, nullptr);
    EXPECT_TRUE(bench.browser.got.ends_with("first of the provider"));
    EXPECT_EQ(bench.read(*tunnel), ahead);
    bench.browser.send("third");
    EXPECT_EQ(bench.read(*tunnel), "third");
    bench.end();
    EXPECT_TRUE(bench.ended);
    EXPECT_TRUE(bench.browser.got.ends_with("first of the provider")) << "its end is said by who serves it";
}

ErrorKind fault_after(std::string bytes) {
    Bench bench;
    bench.open();
    bench.browser.send(std::move(bytes));
    EXPECT_TRUE(bench.first && !*bench.first);
    bench.end();
    return bench.first->error().kind;
}

TEST(AcceptedClient, SaysWhatIsWrongWithTheFirstMessage) {
    EXPECT_EQ(fault_after(frame(FrameKind::text, std::string(101, 'x'))), ErrorKind::request_too_large);
    EXPECT_EQ(fault_after(frame(FrameKind::text, "x", false)), ErrorKind::invalid_request);
    EXPECT_EQ(fault_after(close_frame(CloseCode::normal, true)), ErrorKind::cancelled);
    Bench late;
    late.open();
    const TimePoint began = late.runtime.now();
    late.browser.send(frame(FrameKind::ping, ""));
    while (!late.first && late.runtime.advance()) {
    }
    ASSERT_TRUE(late.first && !*late.first);
    EXPECT_EQ(late.first->error().kind, ErrorKind::request_timeout);
    EXPECT_EQ(late.runtime.now() - began, 30s);
    Bench left;
    left.open();
    left.browser.leave();
    EXPECT_EQ(left.first->error().kind, ErrorKind::cancelled);
    Bench stopped;
    stopped.open();
    stopped.browser.gone().request(CancelSource::Cause::shutdown);
    ASSERT_TRUE(stopped.first && !*stopped.first);
    EXPECT_EQ(stopped.first->error().kind, ErrorKind::shutting_down);
    stopped.respond("bye");
    EXPECT_EQ(stopped.browser.got, "bye") << "it can still be told";
    while (stopped.runtime.advance()) {
    }
}

TEST(AcceptedClient, NoticesThatTheClientLeaves) {
    for (const bool polite : {true, false}) {
        Bench bench;
        bench.open();
        bench.browser.send(frame(FrameKind::text, "the setup"));
        EXPECT_FALSE(bench.browser.gone().requested());
        polite ? bench.browser.send(close_frame(CloseCode::normal, true)) : bench.browser.leave();
        EXPECT_TRUE(bench.browser.gone().requested());
        EXPECT_EQ(bench.take_over("x"), nullptr);
        bench.respond("y");
        EXPECT_EQ(bench.browser.got, "");
        bench.end();
        EXPECT_TRUE(bench.ended);
        EXPECT_EQ(bench.browser.got, polite ? close_frame(CloseCode::normal, false) : "");
    }
}

TEST(AcceptedClient, WaitsAMomentForTheAnswerToACloseFrame) {
    for (const bool answers : {true, false}) {
        Bench bench;
        bench.open();
        bench.browser.send(frame(FrameKind::text, "the setup"));
        bench.respond("a Close frame");
        bench.end();
        EXPECT_EQ(bench.browser.got, "a Close frame");
        const TimePoint began = bench.runtime.now();
        if (answers) bench.browser.send(close_frame(CloseCode::normal, true));
        while (bench.runtime.advance()) {
        }
        EXPECT_EQ(bench.runtime.now() - began, answers ? 0s : 1s);
    }
}

std::chrono::nanoseconds waits_for(Bench& bench, std::string answer) {
    const TimePoint began = bench.runtime.now();
    bench.respond("a Close frame");
    bench.browser.send(std::move(answer));
    while (bench.runtime.advance()) {
    }
    bench.end();
    EXPECT_TRUE(bench.ended);
    return bench.runtime.now() - began;
}

TEST(AcceptedClient, SeesTheAnswerToACloseFrameWhereTheFirstMessageFailed) {
    const std::string message = frame(FrameKind::text, "the setup"), close = close_frame(CloseCode::normal, true);
    Bench late;
    late.open();
    late.browser.send(message.substr(0, 8));
    while (!late.first && late.runtime.advance()) {
    }
    ASSERT_EQ(late.first->error().kind, ErrorKind::request_timeout);
    EXPECT_EQ(waits_for(late, message.substr(8) + close), 0s) << "behind the rest of the message";
    for (const std::string& fault :
         {frame(FrameKind::text, std::string(101, 'x')), frame(FrameKind::text, "x", false)}) {
        for (const bool answers : {true, false}) {
            Bench bench;
            bench.open();
            bench.browser.send(fault);
            ASSERT_TRUE(bench.first && !*bench.first);
            EXPECT_EQ(waits_for(bench, answers ? close : "more of it"), answers ? 0s : 1s);
        }
    }
}

TEST(AcceptedClient, PassesOnWhatItsReaderThrows) {
    Bench bench;
    bench.open();
    bench.browser.send(frame(FrameKind::text, "the setup"));
    bench.browser.break_down();
    EXPECT_TRUE(bench.browser.gone().requested()) << "or the exchange would go on for nobody";
    std::string thrown;
    spawn([](Bench& self) -> Task<void> { co_await self.client.end(); }(bench),
          [&thrown](std::exception_ptr bug) noexcept {
              try {
                  std::rethrow_exception(bug);
              } catch (const std::exception& error) {
                  thrown = error.what();
              }
          });
    EXPECT_EQ(thrown, "a bug");
}

TEST(AcceptedClient, TakesOnlySoMuchAhead) {
    Bench bench;
    bench.open();
    bench.browser.send(frame(FrameKind::text, "the setup"));
    const std::string piece = frame(FrameKind::text, std::string(90, 'x'));
    for (int i = 0; i < 2000; ++i) bench.browser.send(piece);
    ClientTunnel* tunnel = bench.take_over("");
    ASSERT_NE(tunnel, nullptr);
    const std::size_t ahead = bench.read(*tunnel).size();
    EXPECT_GE(ahead, 64u << 10);
    EXPECT_LT(ahead, (64u << 10) + piece.size());
    EXPECT_EQ(bench.read(*tunnel), piece) << "the rest is left where it was";
    bench.end();
}

}  // namespace
}  // namespace breakwater::test
