#include "breakwater/net/timer_queue.hpp"

namespace breakwater {

TimerEntry::~TimerEntry() {
    if (position_ != kNotQueued) queue_.remove(*this);
}

void TimerEntry::arm(Deadline deadline) {
    due_ = deadline.at();
    if (deadline.never()) return;
    if (position_ == kNotQueued) {
        queued_for_ = due_;
        queue_.insert(*this);
    } else if (due_ < queued_for_) {
        queued_for_ = due_;
        queue_.move_earlier(*this);
    }
}

std::optional<TimePoint> TimerQueue::next() const noexcept {
    if (heap_.empty()) return std::nullopt;
    return heap_.front()->queued_for_;
}

bool TimerQueue::run(TimePoint now) {
    bool any = false;
    while (!heap_.empty() && heap_.front()->queued_for_ <= now) {
        TimerEntry& entry = *heap_.front();
        if (entry.due_ <= now) {
            any = true;
            remove(entry);
            entry.due_ = TimePoint::max();
            entry.callback_(entry.owner_);  // may destroy the entry
        } else if (entry.due_ == TimePoint::max()) {
            remove(entry);
        } else {
            entry.queued_for_ = entry.due_;
            sift_down(0);
        }
    }
    return any;
}

void TimerQueue::insert(TimerEntry& entry) {
    heap_.push_back(&entry);
    entry.position_ = heap_.size() - 1;
    move_earlier(entry);
}

void TimerQueue::move_earlier(TimerEntry& entry) {
    sift_up(entry.position_);
}

void TimerQueue::remove(TimerEntry& entry) noexcept {
    const std::size_t position = entry.position_;
    entry.position_ = TimerEntry::kNotQueued;
    TimerEntry* last = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    place(position, last);
    sift_up(position);
    sift_down(last->position_);
}

void TimerQueue::place(std::size_t position, TimerEntry* entry) noexcept {
    heap_[position] = entry;
    entry->position_ = position;
}

void TimerQueue::sift_up(std::size_t position) noexcept {
    TimerEntry* entry = heap_[position];
    while (position > 0) {
        const std::size_t parent = (position - 1) / 2;
        if (heap_[parent]->queued_for_ <= entry->queued_for_) break;
        place(position, heap_[parent]);
        position = parent;
    }
    place(position, entry);
}

void TimerQueue::sift_down(std::size_t position) noexcept {
    TimerEntry* entry = heap_[position];
    while (true) {
        std::size_t child = 2 * position + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1]->queued_for_ < heap_[child]->queued_for_) ++child;
        if (entry->queued_for_ <= heap_[child]->queued_for_) break;
        place(position, heap_[child]);
        position = child;
    }
    place(position, entry);
}

}  // namespace breakwater
