#include "breakwater/net/scripted_call.hpp"

#include "breakwater/net/worker.hpp"

namespace breakwater {

namespace {

class ScriptedCall final : public UpstreamCall {
public:
    ScriptedCall(Worker& worker, std::string name, MakeScript make)
        : worker_(worker), name_(std::move(name)), make_(std::move(make)) {}

    Task<Result<void>> send(HttpRequest&& request, Deadline connect, Deadline) override;
    Task<Result<void>> send_start(HttpRequest&& request, std::optional<std::uint64_t> rest, Deadline connect,
                                  Deadline write) override;
    Task<bool> write_rest(std::string_view bytes, bool last, Deadline deadline) override;
    Task<Result<const HttpResponseHead*>> read_head(Deadline deadline) override;
    Task<BoxedResult<std::string_view>> read_body(Deadline deadline) override;
    [[nodiscard]] bool body_ended() const noexcept override {
        const bool end_is_next = step_.action == SimStep::Action::end && step_.delay == Duration::zero();
        return !has_step_ || end_is_next;
    }
    [[nodiscard]] UpstreamTiming timing() const noexcept override { return {}; }
    void cancel() noexcept override { cancelled_.request(); }

private:
    bool advance();
    Task<std::optional<Error>> wait_for_step(Deadline deadline);
    [[nodiscard]] Error lost() const;

    Worker& worker_;
    std::string name_;
    MakeScript make_;
    std::unique_ptr<SimScript> script_;
    SimStep step_{};
    bool has_step_ = false;
    TimePoint due_{};
    HttpResponseHead head_{};
    std::string body_;
    CancelSource cancelled_;
};

Error ScriptedCall::lost() const {
    Error error(ErrorKind::upstream_truncated,
                "The connection to provider " + name_ + " was lost while its answer was being read.");
    error.code = "upstream_connection_lost";
    return error;
}

// Fetches the next step, whose delay counts from now.
bool ScriptedCall::advance() {
    has_step_ = script_->next(step_);
    due_ = worker_.now() + step_.delay;
    return has_step_;
}

// Waits until the current step is due; an Error when the deadline or a cancel came first. May be repeated after a
// time-out.
Task<std::optional<Error>> ScriptedCall::wait_for_step(Deadline deadline) {
    const bool never = step_.action == SimStep::Action::stall;
    const TimePoint wake = never ? deadline.at() : earliest(deadline, Deadline(due_)).at();
    if (wake > worker_.now() && !co_await worker_.sleep_until(wake, cancelled_))
        co_return Error(ErrorKind::cancelled, "The client went away.");
    if (cancelled_.requested()) co_return Error(ErrorKind::cancelled, "The client went away.");
    if (never || !Deadline(due_).passed(worker_.now()))
        co_return Error(ErrorKind::upstream_timeout, name_ + " was silent for too long.");
    co_return std::nullopt;
}

Task<Result<void>> ScriptedCall::send(HttpRequest&& request, Deadline connect, Deadline) {
    script_ = make_(whole_body(std::move(request)));
    if (!advance()) co_return std::unexpected(lost());
    if (step_.action != SimStep::Action::refuse) co_return Result<void>();
    if (auto error = co_await wait_for_step(connect)) co_return std::unexpected(std::move(*error));
    co_return fail(ErrorKind::upstream_connect,
                   "No connection to provider " + name_ + ": it refused or could not be reached.");
}

// A script is made of a whole request.
Task<Result<void>> ScriptedCall::send_start(HttpRequest&& request, std::optional<std::uint64_t>, Deadline, Deadline) {
    body_ = whole_body(std::move(request));
    co_return Result<void>();
}

Task<bool> ScriptedCall::write_rest(std::string_view bytes, bool last, Deadline) {
    body_ += bytes;
    if (!last) co_return true;
    script_ = make_(body_);
    co_return advance();
}

Task<Result<const HttpResponseHead*>> ScriptedCall::read_head(Deadline deadline) {
    if (auto error = co_await wait_for_step(deadline)) co_return std::unexpected(std::move(*error));
    if (step_.action != SimStep::Action::head) co_return std::unexpected(lost());
    head_ = std::move(step_.head);
    if (!advance()) co_return std::unexpected(lost());
    co_return &head_;
}

Task<BoxedResult<std::string_view>> ScriptedCall::read_body(Deadline deadline) {
    body_.clear();
    while (has_step_) {
        if (auto error = co_await wait_for_step(deadline)) co_return std::unexpected(std::move(*error));
        if (step_.action == SimStep::Action::end) break;
        if (step_.action != SimStep::Action::bytes) co_return std::unexpected(lost());
        body_.swap(step_.bytes);
        advance();
        // What a real server writes without a pause arrives in one read.
        while (has_step_ && step_.action == SimStep::Action::bytes && step_.delay == Duration::zero() &&
               body_.size() < (32u << 10)) {
            body_.append(step_.bytes);
            advance();
        }
        if (!body_.empty()) break;
    }
    co_return std::string_view(body_);
}

}  // namespace

std::unique_ptr<UpstreamCall> make_scripted_call(Worker& worker, std::string name, MakeScript make) {
    return std::make_unique<ScriptedCall>(worker, std::move(name), std::move(make));
}

}  // namespace breakwater
