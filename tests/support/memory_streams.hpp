#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/exchange/exchange.hpp"
#include "manual_runtime.hpp"

namespace breakwater::test {

/// What one upstream call does, step by step. Every `after` counts from the step before.
struct UpstreamScript {
    struct Piece {
        Duration after{0};
        std::string bytes{};           ///< empty: the body ends
        std::optional<Error> error{};  ///< instead of bytes
        bool stall = false;            ///< nothing more will come
    };
    std::optional<Error> send_error{};
    Duration send_after{0};
    std::optional<Error> head_error{};
    Duration head_after{0};
    HttpResponseHead head{};
    std::vector<Piece> body{};
};

/// A provider in memory. Calls take the scripts of their deployment in order; the last one is repeated.
class MemoryUpstream final : public UpstreamTransport {
public:
    explicit MemoryUpstream(ManualRuntime& runtime) : runtime_(runtime) {}

    std::unique_ptr<UpstreamCall> open(const Deployment& deployment) override;

    void answer(const std::string& deployment, UpstreamScript script) {
        scripts_[deployment].push_back(std::move(script));
    }

    struct Sent {
        std::string deployment;
        HttpRequest request;
        TimePoint at;
    };
    std::vector<Sent> sent;  ///< every request that was sent, in order
    int operations = 0;      ///< sends and reads so far, over all calls
    int running = 0;         ///< calls that have not been destroyed
    int cancelled = 0;       ///< calls that were told to stop
    /// Asked before each operation with its number (from 1): an Error makes the operation fail with it.
    std::function<std::optional<Error>(int operation)> before;

private:
    friend class MemoryCall;
    ManualRuntime& runtime_;
    std::map<std::string, std::deque<UpstreamScript>> scripts_;
};

class MemoryCall final : public UpstreamCall {
public:
    MemoryCall(MemoryUpstream& upstream, ManualRuntime& runtime, std::string deployment, UpstreamScript script)
        : upstream_(upstream), runtime_(runtime), deployment_(std::move(deployment)), script_(std::move(script)) {
        ++upstream_.running;
    }
    ~MemoryCall() override { --upstream_.running; }
    MemoryCall(const MemoryCall&) = delete;
    MemoryCall& operator=(const MemoryCall&) = delete;

    Task<Result<void>> send(HttpRequest&& request, Deadline connect, Deadline) override {
        upstream_.sent.push_back({deployment_, std::move(request), runtime_.now()});
        due_ = runtime_.now() + script_.send_after;
        if (auto error = co_await wait(connect)) co_return std::unexpected(std::move(*error));
        if (script_.send_error) co_return std::unexpected(*script_.send_error);
        due_ = runtime_.now() + script_.head_after;
        co_return Result<void>();
    }

    Task<Result<const HttpResponseHead*>> read_head(Deadline deadline) override {
        if (auto error = co_await wait(deadline)) co_return std::unexpected(std::move(*error));
        if (script_.head_error) co_return std::unexpected(*script_.head_error);
        next_piece_due();
        co_return &script_.head;
    }

    Task<BoxedResult<std::string_view>> read_body(Deadline deadline) override {
        if (at_ == script_.body.size()) co_return std::string_view();
        if (auto error = co_await wait(deadline)) co_return std::unexpected(std::move(*error));
        const UpstreamScript::Piece& piece = script_.body[at_++];
        if (piece.error) co_return std::unexpected(*piece.error);
        next_piece_due();
        // A buffer of its own, gone at the next operation: whoever keeps the view is found by the sanitizer.
        shared_ = std::make_unique<std::string>(piece.bytes);
        co_return std::string_view(*shared_);
    }

    [[nodiscard]] bool body_ended() const noexcept override { return at_ == script_.body.size(); }
    [[nodiscard]] UpstreamTiming timing() const noexcept override { return {}; }

    void cancel() noexcept override {
        ++upstream_.cancelled;
        gone_.request();
    }

private:
    void next_piece_due() {
        const bool more = at_ < script_.body.size();
        due_ = more && script_.body[at_].stall ? TimePoint::max()
                                               : runtime_.now() + (more ? script_.body[at_].after : Duration(0));
    }

    Task<std::optional<Error>> wait(Deadline deadline) {
        shared_.reset();
        if (upstream_.before) {
            if (auto injected = upstream_.before(++upstream_.operations)) co_return injected;
        }
        const TimePoint until = std::min(due_, deadline.at());
        if (until > runtime_.now()) co_await runtime_.sleep_until(until, gone_);
        if (gone_.requested()) co_return Error(ErrorKind::cancelled, "cancelled");
        if (due_ > runtime_.now()) co_return Error(ErrorKind::upstream_timeout, "late");
        co_return std::nullopt;
    }

    MemoryUpstream& upstream_;
    ManualRuntime& runtime_;
    std::string deployment_;
    UpstreamScript script_;
    std::unique_ptr<std::string> shared_;
    std::size_t at_ = 0;
    TimePoint due_{};
    CancelSource gone_;
};

inline std::unique_ptr<UpstreamCall> MemoryUpstream::open(const Deployment& deployment) {
    std::deque<UpstreamScript>& left = scripts_.at(deployment.name);
    UpstreamScript script = left.front();
    if (left.size() > 1) left.pop_front();
    return std::make_unique<MemoryCall>(*this, runtime_, deployment.name, std::move(script));
}

/// A client that writes down what it gets.
class MemoryClient final : public ClientStream {
public:
    explicit MemoryClient(ManualRuntime& runtime) : runtime_(runtime) {}

    Task<bool> respond(HttpResponseHead answer, std::string_view bytes) override {
        if (!call()) co_return false;
        if (head) misuse = "a second head";
        head = std::move(answer);
        body = bytes;
        finished = true;
        co_return true;
    }
    Task<bool> start_stream(HttpResponseHead answer, std::string_view first) override {
        if (!call()) co_return false;
        if (head) misuse = "a second head";
        head = std::move(answer);
        streamed = true;
        take(first);
        co_return true;
    }
    Task<bool> write(std::string_view bytes) override {
        if (!call()) co_return false;
        if (!streamed || finished) misuse = "a write outside of a stream";
        take(bytes);
        co_return true;
    }
    Task<bool> finish_stream(std::string_view last) override {
        if (!call()) co_return false;
        if (!streamed || finished) misuse = "an end outside of a stream";
        take(last);
        finished = true;
        co_return true;
    }
    CancelSource& gone() noexcept override { return gone_; }

    std::optional<HttpResponseHead> head;
    std::string body;
    std::vector<std::pair<TimePoint, std::string>> writes;  ///< of a stream
    bool streamed = false;
    bool finished = false;
    std::string misuse;  ///< what broke the interface's rules, or empty
    int calls = 0;
    int fails_at_call = 0;  ///< this call and all later ones find the client gone; 0: never

private:
    void take(std::string_view bytes) {
        body += bytes;
        if (!bytes.empty()) writes.emplace_back(runtime_.now(), bytes);
    }
    bool call() {
        if (refused_) misuse = "a call after one that found the client gone";
        ++calls;
        refused_ = fails_at_call != 0 && calls >= fails_at_call;
        return !refused_;
    }
    ManualRuntime& runtime_;
    CancelSource gone_;
    bool refused_ = false;
};

}  // namespace breakwater::test
