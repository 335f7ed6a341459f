#include "exchange/upload_pump.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "breakwater/base/wake.hpp"

namespace breakwater {
namespace {

/// A client that sends what it is told to, and then is waited for.
class ScriptedBody final : public ClientBody {
public:
    Task<BoxedResult<std::string_view>> read(Deadline) override {
        ++reads;
        if (pieces.empty()) {
            waiting = true;
            co_await arrived;
            waiting = false;
        }
        if (pieces.empty()) co_return fail(ErrorKind::cancelled, "nobody waits");
        auto next = std::move(pieces.front());
        pieces.pop_front();
        if (!next) co_return std::unexpected(next.error());
        // A buffer of its own, so that the sanitizer finds who reads on.
        last_ = std::make_unique<std::string>(*next);
        ended_ = pieces.empty() && last;
        co_return std::string_view(*last_);
    }
    [[nodiscard]] bool ended() const noexcept override { return ended_; }
    [[nodiscard]] std::optional<std::uint64_t> left() const noexcept override { return std::nullopt; }
    [[nodiscard]] std::uint64_t received() const noexcept override { return 0; }
    void cancel() noexcept override {
        if (waiting) arrived.set();
    }

    std::deque<Result<std::string>> pieces;
    bool last = false;  ///< with the last of the pieces the body ends
    bool waiting = false;
    int reads = 0;
    Wake arrived;

private:
    std::unique_ptr<std::string> last_;
    bool ended_ = false;
};

/// A provider that writes down what it gets, and may answer at any time.
class ScriptedProvider final : public UpstreamCall {
public:
    Task<Result<void>> send(HttpRequest&&, Deadline, Deadline) override { co_return Result<void>(); }
    Task<bool> write_rest(std::string_view bytes, bool end, Deadline) override {
        got += bytes;
        ended = ended || end;
        co_return ++writes != fails_at;
    }
    void watch_answer(Cancellable& waiting) override { watched = &waiting; }
    [[nodiscard]] bool answers() const noexcept override { return answered; }
    Task<Result<const HttpResponseHead*>> read_head(Deadline) override { co_return nullptr; }
    Task<BoxedResult<std::string_view>> read_body(Deadline) override { co_return std::string_view(); }
    [[nodiscard]] bool body_ended() const noexcept override { return true; }
    [[nodiscard]] UpstreamTiming timing() const noexcept override { return {}; }
    void cancel() noexcept override { cancelled = true; }

    void answer() {
        answered = true;
        watched->cancel();
    }

    std::string got;
    bool ended = false;
    bool answered = false;
    bool cancelled = false;
    int writes = 0;
    int fails_at = 0;
    Cancellable* watched = nullptr;
};

class RefusesX final : public BodyJudge {
public:
    Result<void> take(std::string_view bytes) override {
        seen += bytes;
        return bytes.contains('X') ? fail(ErrorKind::invalid_request, "an X") : Result<void>();
    }
    Result<void> end() override {
        return seen.ends_with('.') ? Result<void>() : fail(ErrorKind::invalid_request, "no full stop");
    }
    std::string seen;
};

struct Bench {
    ScriptedBody body;
    ScriptedProvider provider;
    Upload upload{body, std::make_unique<RefusesX>()};
    UploadPump pump{upload, provider};
    std::optional<UploadPump::End> end;

    void start(bool heedless = false) {
        end.reset();
        const auto run = [](Bench& self, bool to_the_end) -> Task<void> {
            auto task = to_the_end ? self.pump.complete({}) : self.pump.run({});
            self.end = co_await std::move(task);
        };
        spawn(run(*this, heedless), [](const std::exception_ptr&) { std::abort(); });
    }
};

TEST(UploadPump, PassesOnWhatComesUntilItsEnd) {
    Bench bench;
    bench.body.pieces = {"one ", "two.", ""};
    bench.start();
    EXPECT_EQ(bench.end, UploadPump::End::complete);
    EXPECT_EQ(bench.provider.got, "one two.");
    EXPECT_TRUE(bench.provider.ended);
    EXPECT_FALSE(bench.upload.repeatable());
}

TEST(UploadPump, WritesWhatWaitsBeforeItReads) {
    Bench bench;
    bench.provider.fails_at = 1;
    bench.start();
    EXPECT_EQ(bench.end, UploadPump::End::answered);
    EXPECT_EQ(bench.body.reads, 0);
    EXPECT_TRUE(bench.upload.repeatable());
}

TEST(UploadPump, AnAnswerEndsTheWaitForTheClientAndLosesNothing) {
    Bench bench;
    bench.body.pieces = {"one "};
    bench.start();
    EXPECT_FALSE(bench.end.has_value());
    bench.provider.answer();
    EXPECT_EQ(bench.end, UploadPump::End::answered);
    bench.body.pieces = {"two.", ""};
    bench.start(true);
    EXPECT_EQ(bench.end, UploadPump::End::complete);
    EXPECT_EQ(bench.provider.got, "one two.");
}

TEST(UploadPump, WhileNothingWasReadAnotherAttemptCanFollow) {
    Bench bench;
    bench.start();
    bench.provider.answer();
    EXPECT_EQ(bench.end, UploadPump::End::answered);
    EXPECT_TRUE(bench.upload.repeatable());
}

TEST(UploadPump, PassesOnNothingThatIsRefused) {
    Bench bench;
    bench.body.pieces = {"one ", "X", "two."};
    bench.start();
    EXPECT_EQ(bench.end, UploadPump::End::broken);
    EXPECT_EQ(bench.pump.take_error().message, "an X");
    EXPECT_EQ(bench.provider.got, "one ");
    EXPECT_FALSE(bench.provider.ended);
}

TEST(UploadPump, TheLastBytesStayHereWhenWithThemItIsNotWhole) {
    Bench bench;
    bench.body.pieces = {"one ", "two"};
    bench.body.last = true;
    bench.start();
    EXPECT_EQ(bench.end, UploadPump::End::broken);
    EXPECT_EQ(bench.pump.take_error().message, "no full stop");
    EXPECT_EQ(bench.provider.got, "one ");
}

TEST(UploadPump, SaysWhyTheClientsSideBrokeOff) {
    Bench bench;
    bench.body.pieces = {"one ", fail(ErrorKind::request_timeout, "late")};
    bench.start();
    EXPECT_EQ(bench.end, UploadPump::End::broken);
    EXPECT_EQ(bench.pump.take_error().kind, ErrorKind::request_timeout);
}

TEST(UploadPump, StopsWhenNobodyWaitsForIt) {
    Bench bench;
    bench.start();
    bench.pump.cancel();
    EXPECT_EQ(bench.end, UploadPump::End::stopped);
    EXPECT_FALSE(bench.provider.cancelled);
}

}  // namespace
}  // namespace breakwater
