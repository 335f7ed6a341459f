#include "breakwater/routing/fair_queue.hpp"

#include <algorithm>
#include <utility>

namespace breakwater {
namespace {

constexpr int kSmoothing = 8;
/// How fast requests left says nothing when nobody has waited for so long.
constexpr std::chrono::seconds kRemembered{10};

}  // namespace

std::expected<FairQueue::Joined, FairQueue::Refused> FairQueue::join(std::string_view key, Deadline deadline,
                                                                     TimePoint now) {
    if (size() == 0) {
        if (now - served_at_ > kRemembered) mean_interval_ = Duration::zero();
        served_at_ = now;
    }
    const Duration pace = interval(now);
    auto line = line_of(key);
    const std::size_t before = turns_before(line);
    // With nobody before it, it finds out how fast it goes now.
    if (before > 0 && pace * static_cast<Duration::rep>(before + 1) >= deadline.left(now))
        return std::unexpected(Refused{Refusal::too_slow, pace * static_cast<Duration::rep>(size() + 1)});
    Joined joined{.ticket = ++last_};
    if (size() >= most_) {
        const std::size_t keys = lines_.size() + (line == lines_.end() ? 1 : 0);
        const std::size_t own = line == lines_.end() ? 0 : line->waiting.size();
        const Duration wait = pace * static_cast<Duration::rep>(own + 1);
        if (keys == 1) return std::unexpected(Refused{Refusal::full, wait});
        const auto most = longest();
        if (own >= std::max<std::size_t>(most_ / keys, 1) || own >= most->waiting.size())
            return std::unexpected(Refused{Refusal::share, wait});
        joined.evicted = evict_last(most);
    }
    if (line == lines_.end()) line = lines_.insert(lines_.end(), {std::string(key), {}, ++last_turn_});
    line->waiting.push_back(joined.ticket);
    ++waiting_;
    return joined;
}

FairQueue::Lines::iterator FairQueue::longest() noexcept {
    return std::ranges::max_element(lines_, {}, [](const Line& line) { return line.waiting.size(); });
}

FairQueue::Ticket FairQueue::evict_last(Lines::iterator line) {
    const Ticket last = line->waiting.back();
    line->waiting.pop_back();
    --waiting_;
    if (line->waiting.empty()) lines_.erase(line);
    return last;
}

FairQueue::Ticket FairQueue::take(Lines::iterator line, std::deque<Ticket>::iterator place) {
    const Ticket ticket = *place;
    line->waiting.erase(place);
    --waiting_;
    called_.push_back({ticket, line->key, line->turn});
    if (line->waiting.empty()) {
        lines_.erase(line);
    } else {
        line->turn = ++last_turn_;
        lines_.splice(lines_.end(), lines_, line);
    }
    return ticket;
}

void FairQueue::put_back(Ticket ticket) {
    const auto found = std::ranges::find(called_, ticket, &Called::ticket);
    if (found == called_.end()) return;
    auto line = line_of(found->key);
    if (line == lines_.end()) line = lines_.insert(lines_.end(), {std::move(found->key), {}, found->turn});
    line->turn = std::min(line->turn, found->turn);
    line->waiting.insert(std::ranges::lower_bound(line->waiting, ticket), ticket);
    ++waiting_;
    put_in_turn(line);
    called_.erase(found);
}

void FairQueue::put_in_turn(Lines::iterator line) noexcept {
    const std::uint64_t turn = line->turn;
    lines_.splice(std::ranges::find_if(lines_, [turn](const Line& each) { return each.turn > turn; }), lines_, line);
}

void FairQueue::leave(Ticket ticket, bool served, TimePoint now) {
    if (const auto found = std::ranges::find(called_, ticket, &Called::ticket); found != called_.end()) {
        called_.erase(found);
    } else {
        for (auto line = lines_.begin(); line != lines_.end(); ++line) {
            const auto place = std::ranges::find(line->waiting, ticket);
            if (place == line->waiting.end()) continue;
            line->waiting.erase(place);
            --waiting_;
            if (line->waiting.empty()) lines_.erase(line);
            break;
        }
    }
    if (!served) return;
    const Duration since = std::max<Duration>(now - std::exchange(served_at_, now), Duration(1));
    mean_interval_ =
        mean_interval_ == Duration::zero() ? since : mean_interval_ + (since - mean_interval_) / kSmoothing;
}

bool FairQueue::is_called(Ticket ticket) const noexcept {
    return std::ranges::find(called_, ticket, &Called::ticket) != called_.end();
}

FairQueue::Lines::iterator FairQueue::line_of(std::string_view key) noexcept {
    return std::ranges::find(lines_, key, &Line::key);
}

// When nobody has left for long, it has become slower than it was.
Duration FairQueue::interval(TimePoint now) const noexcept {
    if (mean_interval_ == Duration::zero()) return Duration::zero();
    return std::max<Duration>(mean_interval_, now - served_at_);
}

std::size_t FairQueue::turns_before(Lines::const_iterator own) const noexcept {
    const std::size_t mine = own == lines_.end() ? 0 : own->waiting.size();
    std::size_t turns = called_.size() + mine;
    for (auto line = lines_.begin(); line != lines_.end(); ++line) {
        if (line != own) turns += std::min(line->waiting.size(), mine + 1);
    }
    return turns;
}

}  // namespace breakwater
