#include "breakwater/net/scripted_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "breakwater/net/worker.hpp"
#include "breakwater/wire/websocket_frames.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

std::string frame(std::string_view message) {
    std::string out;
    append_frame(out, FrameKind::text, message, 0x01020304);
    return out;
}

struct Call {
    Worker worker{1};
    std::unique_ptr<UpstreamCall> session = make_scripted_session(worker, "sim", "m");
    int written = 0;
    int refused = 0;
    std::size_t most_read = 0;
    int running = 0;
    bool reads = false;

    Task<void> open() {
        co_await session->send({.method = "GET", .target = "/realtime"}, {}, {});
        co_await session->write_raw(frame(R"({"type":"conversation.item.create","item":{"content":[{"text":")" +
                                          std::string(100'000, 'x') + R"("}]}})"),
                                    {});
    }
    Task<void> write(int times, Deadline deadline) {
        for (int i = 0; i < times; ++i)
            co_await session->write_raw(frame(R"({"type":"response.create"})"), deadline) ? ++written : ++refused;
        --running;
    }
    Task<void> read() {
        while (running > 0) {
            const auto bytes = co_await session->read_body(Deadline::after(worker.renew_now(), 50ms));
            if (bytes) most_read = std::max(most_read, bytes->size());
        }
        reads = false;
    }
    void run(int times, Duration patience) {
        worker.start(open());
        running = 1;
        worker.start(write(times, Deadline::after(worker.renew_now(), patience)));
        if (reads) worker.start(read());
    }
    void finish() {
        while (running > 0 || reads) worker.poll();
    }
};

TEST(ScriptedSession, DoesNotListenWhileMuchIsUnread) {
    Call call;
    call.run(20, 100ms);
    call.finish();
    EXPECT_GT(call.written, 0);
    EXPECT_LT(call.written, 10) << "nobody reads";
    EXPECT_EQ(call.written + call.refused, 20);
}

TEST(ScriptedSession, ListensAgainOnceItIsRead) {
    Call call;
    call.reads = true;
    call.run(20, 20s);
    call.finish();
    EXPECT_EQ(call.written, 20);
    EXPECT_LT(call.most_read, 2u << 20);
}

TEST(ScriptedSession, LetsGoOfWhoWaitsWhenItIsCancelled) {
    Call call;
    call.run(20, 20s);
    EXPECT_EQ(call.running, 1);
    call.session->cancel();
    call.finish();
    EXPECT_GT(call.refused, 0);
}

}  // namespace
}  // namespace breakwater
