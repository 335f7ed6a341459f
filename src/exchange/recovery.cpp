#include "recovery.hpp"

#include "breakwater/exchange/chat_operation.hpp"
#include "continuation.hpp"

namespace breakwater {
namespace {

using config::AfterCommit;

}  // namespace

bool may_be_completed(const ExchangeRequest& exchange) noexcept {
    if (!exchange.stream) return false;
    const AfterCommit first = exchange.plan.policies->after_commit.front();
    if (first != AfterCommit::resume && first != AfterCommit::restart) return false;
    return exchange.operation->chat() != nullptr;
}

void Recovery::on_break(Error&& error) {
    tried_ = 0;
    trying_ = false;
    heed(error);
    error_ = std::move(error);
}

void Recovery::heed(const Error& error) noexcept {
    if (error_traits(error.kind).failover != Failover::never) return;
    trying_ = false;
    tried_ = exchange_.plan.policies->after_commit.size();
}

bool Recovery::next_policy(TimePoint now) {
    const std::vector<AfterCommit>& list = exchange_.plan.policies->after_commit;
    trying_ = false;
    rest_.reset();
    if (!answer_.join->sent().can_be_completed()) tried_ = list.size();
    while (tried_ < list.size() && !trying_) {
        switch (list[tried_++]) {
            case AfterCommit::resume:
                trying_ = can_continue(now);
                break;
            case AfterCommit::restart:
                trying_ = can_restart();
                break;
            case AfterCommit::hold:  // refused at load where it is not alone
            case AfterCommit::error:
                tried_ = list.size();
                break;
        }
    }
    return trying_;
}

bool Recovery::can_restart() {
    able_.assign(exchange_.plan.candidates.begin(), exchange_.plan.candidates.end());
    return true;
}

bool Recovery::can_continue(TimePoint now) {
    const ChatRequest& request = *exchange_.operation->chat();
    const SentAnswer& sent = answer_.join->sent();
    able_.clear();
    if (!can_be_continued(request, sent)) return false;
    for (const Deployment* deployment : exchange_.plan.candidates) {
        const DeploymentHealth* const health = health_.of(*deployment);
        if (health != nullptr && health->refuses_continuing(now)) continue;
        if (goes_on(*deployment, request)) able_.push_back(deployment);
    }
    if (able_.empty()) return false;
    rest_ = std::make_unique<ChatOperation>(*exchange_.ingress, request_for_rest(request, sent));
    return true;
}

AttemptReason Recovery::reason() const noexcept {
    return rest_ ? AttemptReason::resume : AttemptReason::restart;
}

bool Recovery::is_refusal(const Error& error) const noexcept {
    return rest_ && (error.kind == ErrorKind::invalid_request || error.kind == ErrorKind::unsupported_parameter);
}

UnfinishedAnswer Recovery::lend(const Deployment& deployment) {
    const Recovered by{.by = to_string(reason()), .deployment = deployment.name, .model = deployment.model};
    if (rest_) {
        answer_.join->begin_continuation(by);
    } else {
        answer_.join->begin_restart(by);
    }
    return std::move(answer_);
}

void Recovery::take_back(UnfinishedAnswer&& answer, const Usage* spent) {
    answer_ = std::move(answer);
    if (spent != nullptr) answer_.join->add_spent(*spent);
}

}  // namespace breakwater
