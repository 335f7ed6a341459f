#include "dispatcher.hpp"

namespace breakwater::bench {

std::optional<Ticket> Dispatcher::make_ticket(TimePoint now) {
    Ticket ticket{.intended = now, .counts = all_count_ || recorder_.measuring()};
    if (schedule_) {
        const auto intended = schedule_->take();
        if (!intended) return std::nullopt;
        ticket = {.intended = *intended, .counts = all_count_ || *intended >= recorder_.opened_at()};
    }
    if (ticket.counts) ++counted_;
    return ticket;
}

bool Dispatcher::decide(TimePoint now, std::optional<Ticket>& ticket) {
    if (requests_ && counted_ >= *requests_) stop();
    if (stopped_) return true;
    ticket = make_ticket(now);
    return ticket || !schedule_ || schedule_->exhausted();
}

void Dispatcher::hand_out(TimePoint now) {
    if (stopped_ || !schedule_) return;
    recorder_.overrun(schedule_->advance(now, recorder_.opened_at()));
    while (!stopped_ && !free_.empty() && schedule_->waiting() > 0) {
        Next* const first = free_.front();
        free_.pop_front();
        // It may be the one that finds out that enough has been sent.
        static_cast<void>(decide(now, first->ticket_));
        first->connection_.resume();
    }
}

std::optional<TimePoint> Dispatcher::next_due() const noexcept {
    return stopped_ || !schedule_ ? std::nullopt : schedule_->next_due();
}

void Dispatcher::stop() {
    if (stopped_) return;
    stopped_ = true;
    const bool enough = requests_ && counted_ >= *requests_;
    while (const auto intended = schedule_ ? schedule_->take() : std::nullopt) {
        if (!enough && *intended >= recorder_.opened_at()) recorder_.overrun(1);
    }
    while (!free_.empty()) {
        Next* const first = free_.front();
        free_.pop_front();
        first->connection_.resume();
    }
}

}  // namespace breakwater::bench
