#include "breakwater/net/scripted_session.hpp"

#include <memory>
#include <utility>

#include "breakwater/net/worker.hpp"
#include "breakwater/providers/sim_realtime.hpp"
#include "breakwater/wire/websocket_handshake.hpp"

namespace breakwater {

namespace {

/// Until the reader has taken what was said beyond this, the provider does not listen.
constexpr std::size_t kSaidBytesMax = 256u << 10;

class ScriptedSession final : public UpstreamCall {
public:
    ScriptedSession(Worker& worker, std::string name, std::string_view model)
        : worker_(worker), name_(std::move(name)), model_(model) {}

    Task<Result<void>> send(HttpRequest&& request, Deadline /*connect*/, Deadline /*write*/) override {
        head_ = handshake_answer(request, {});
        session_ = make_sim_session(request.target, model_);
        session_->begin(said_);
        co_return Result<void>();
    }
    Task<Result<const HttpResponseHead*>> read_head(Deadline /*deadline*/) override { co_return &head_; }
    Task<BoxedResult<std::string_view>> read_body(Deadline deadline) override;
    Task<bool> write_raw(std::string_view bytes, Deadline deadline) override;
    [[nodiscard]] bool body_ended() const noexcept override { return said_.empty() && session_->over(); }
    [[nodiscard]] UpstreamTiming timing() const noexcept override { return {}; }
    void cancel() noexcept override {
        cancelled_ = true;
        const std::shared_ptr<CancelSource> room = room_;  // whoever is woken first may let go of the session
        wake_.request();
        room->request();
    }

private:
    Worker& worker_;
    std::string name_;
    std::string model_;
    std::unique_ptr<SimSession> session_{};  // once it was asked for
    HttpResponseHead head_;
    std::string said_;    // and not read yet
    std::string handed_;  // the reader has it
    CancelSource wake_;   // something was said, or nobody listens any more
    bool cancelled_ = false;
    // What was said is being read, or nobody listens any more.
    std::shared_ptr<CancelSource> room_ = std::make_shared<CancelSource>();
};

Task<BoxedResult<std::string_view>> ScriptedSession::read_body(Deadline deadline) {
    while (said_.empty() && !session_->over() && !cancelled_) {
        wake_ = CancelSource();
        if (co_await worker_.sleep_until(deadline.at(), wake_))
            co_return fail(ErrorKind::upstream_timeout, name_ + " was silent for too long.");
    }
    if (cancelled_) co_return fail(ErrorKind::cancelled, "The client went away.");
    handed_ = std::exchange(said_, std::string());
    room_->request();
    co_return std::string_view(handed_);
}

Task<bool> ScriptedSession::write_raw(std::string_view bytes, Deadline deadline) {
    while (said_.size() > kSaidBytesMax && !cancelled_) {
        *room_ = CancelSource();
        if (co_await worker_.sleep_until(deadline.at(), *room_)) co_return false;
    }
    if (said_.size() > kSaidBytesMax) co_return false;
    session_->receive(bytes, said_);
    wake_.request();
    co_return true;
}

}  // namespace

std::unique_ptr<UpstreamCall> make_scripted_session(Worker& worker, std::string name, std::string_view model) {
    return std::make_unique<ScriptedSession>(worker, std::move(name), model);
}

}  // namespace breakwater
