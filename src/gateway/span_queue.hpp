#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

namespace breakwater {

/// Spans of one worker that wait to be sent, in batches as they will be: JSON objects with commas between them. Bounded
/// in number and bytes; what does not fit is the caller's to count. Pure; single-threaded.
class SpanQueue {
public:
    static constexpr std::size_t kBatchSpans = 512;
    static constexpr std::size_t kBatchBytes = 1u << 20;  ///< a batch is closed before it would be longer
    static constexpr std::size_t kBytesMax = 8u << 20;    ///< of all batches

    struct Batch {
        std::string spans{};
        std::size_t count = 0;
    };

    /// Takes the spans of a request, unless more than `most` would wait, or they have more bytes than there is room
    /// for.
    bool put(std::string_view spans, std::size_t count, std::size_t most) {
        if (waiting_ + count > most || bytes_ + spans.size() > kBytesMax) return false;
        if (batches_.empty() || is_full(batches_.back(), spans.size(), count)) batches_.emplace_back();
        Batch& last = batches_.back();
        bytes_ -= last.spans.size();
        if (!last.spans.empty()) last.spans += ',';
        last.spans += spans;
        last.count += count;
        waiting_ += count;
        bytes_ += last.spans.size();
        return true;
    }
    /// The oldest batch; there must be one.
    Batch take() {
        Batch batch = std::move(batches_.front());
        batches_.pop_front();
        waiting_ -= batch.count;
        bytes_ -= batch.spans.size();
        return batch;
    }
    [[nodiscard]] bool empty() const noexcept { return batches_.empty(); }
    /// There is a batch that nothing more is waited for.
    [[nodiscard]] bool has_full_batch() const noexcept {
        return batches_.size() > 1 || (!batches_.empty() && is_full(batches_.front(), 0, 1));
    }
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

private:
    static bool is_full(const Batch& batch, std::size_t bytes, std::size_t count) noexcept {
        return batch.count > 0 && (batch.count + count > kBatchSpans || batch.spans.size() + bytes > kBatchBytes);
    }

    std::deque<Batch> batches_;
    std::size_t waiting_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace breakwater
