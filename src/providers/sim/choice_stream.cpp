#include "choice_stream.hpp"

#include <algorithm>

namespace breakwater::sim {
namespace {

TokenSource text_source(const Answer& answer) {
    TokenSource source(answer.text, answer.tokens, answer.seed);
    source.skip(answer.prefill);
    return source;
}

}  // namespace

StopFilter::StopFilter(TokenSource source, const std::vector<std::string>& stops)
    : source_(std::move(source)), stops_(stops) {
    for (const std::string& stop : stops_) longest_ = std::max(longest_, stop.size());
}

bool StopFilter::next(std::string_view& token) {
    if (stops_.empty()) return source_.next(token);
    if (stopped_) return false;
    look_ahead();
    if (lengths_.empty()) return false;
    std::size_t stop_at = std::string::npos;
    for (const std::string& stop : stops_) stop_at = std::min(stop_at, window_.find(stop));
    const std::size_t length = lengths_.front();
    stopped_ = stop_at < length;
    token_.assign(window_, 0, std::min(stop_at, length));
    window_.erase(0, length);
    lengths_.erase(lengths_.begin());
    token = token_;
    return !token_.empty();
}

/// A stop string that begins in the first token ends within `longest_` bytes behind it.
void StopFilter::look_ahead() {
    std::string_view token;
    while (!exhausted_ && (lengths_.empty() || window_.size() - lengths_.front() < longest_)) {
        exhausted_ = !source_.next(token);
        if (exhausted_) return;
        window_ += token;
        lengths_.push_back(token.size());
    }
}

ChoiceStream::ChoiceStream(Answer answer, const Request& request)
    : answer_(std::move(answer)),
      left_(request.max_tokens),
      reasoning_(answer_.reasoning, std::nullopt, 0),
      text_(text_source(answer_), request.stop) {}

bool ChoiceStream::next(Piece& piece) {
    if (finished_) return false;
    if (reasoning_.next(piece.token)) {
        if (!spend()) return finish(piece, "length");
        ++reasoning_tokens_;
        piece.kind = Piece::Kind::reasoning;
        return true;
    }
    if (has_calls()) return next_of_call(piece);
    if (!text_.next(piece.token)) return finish(piece, "stop");
    if (!spend()) return finish(piece, "length");
    piece.kind = Piece::Kind::text;
    return true;
}

/// Counts a token; false when none is left.
bool ChoiceStream::spend() {
    if (left_ && *left_ == 0) return false;
    if (left_) --*left_;
    ++tokens_;
    return true;
}

bool ChoiceStream::next_of_call(Piece& piece) {
    while (call_ < answer_.calls.size()) {
        piece.call = call_;
        piece.planned = &answer_.calls[call_];
        if (!arguments_) {
            if (!spend()) return finish(piece, "length");
            arguments_.emplace(piece.planned->arguments, std::nullopt, 0);
            piece.kind = Piece::Kind::call_start;
            piece.token = {};
            return true;
        }
        if (arguments_->next(piece.token)) {
            if (!spend()) return finish(piece, "length");
            piece.kind = Piece::Kind::call_arguments;
            return true;
        }
        arguments_.reset();
        ++call_;
    }
    return finish(piece, "tool_calls");
}

bool ChoiceStream::finish(Piece& piece, std::string_view reason) {
    finished_ = true;
    piece.kind = Piece::Kind::finish;
    piece.token = reason;
    return true;
}

}  // namespace breakwater::sim
