#include "answer_join.hpp"

#include <algorithm>
#include <utility>

namespace breakwater {

struct AnswerJoin::Take {
    AnswerJoin& join;
    const StreamEvent& event;

    // Who answered at first is what the client was told.
    void operator()(const MessageStart&) const {
        if (!join.comparing_) join.pass(event);
    }
    void operator()(const TextDelta& delta) const { join.take_text(Kind::text, delta); }
    void operator()(const RefusalDelta& delta) const {
        if (join.release_held()) join.take_text(Kind::refusal, delta);
    }
    // A model that reasons again does not go on.
    void operator()(const ReasoningDelta& delta) const {
        if (join.filter_) join.diverged_ = true;
        if (!join.filter_) join.take_text(Kind::reasoning, delta);
    }
    void operator()(const ReasoningEnd& end) const { join.take_reasoning_end(end); }
    void operator()(const ToolCallStart& start) const {
        if (join.release_held()) join.take_call(start);
    }
    void operator()(const ToolArgsDelta& delta) const { join.take_arguments(delta); }
    void operator()(const AnnotationEvent&) const { join.take_opaque(event); }
    void operator()(const LogprobsEvent& probabilities) const { join.take_logprobs(probabilities); }
    void operator()(const AudioEvent&) const { join.take_opaque(event); }
    void operator()(const NativeItem&) const { join.take_opaque(event); }
    template <OperationEvent Event>
    void operator()(const Event&) const {
        join.take_opaque(event);
    }
    void operator()(const UsageEvent& usage) const { join.take_usage(usage); }
    void operator()(const FinishEvent& finish) const {
        if (join.release_held()) join.take_finish(finish);
    }
    void operator()(const StreamEnd&) const { join.pass(event); }
    void operator()(const StreamFault&) const {}  // stopped before: it is the exchange's
};

void AnswerJoin::on_event(const StreamEvent& event) {
    if (!diverged_) std::visit(Take{*this, event}, event);
}

void AnswerJoin::begin(const Recovered& by) {
    comparing_ = true;
    diverged_ = false;
    received_ = 0;
    repeated_.clear();
    filter_.reset();
    unsaid_ = by;
}

void AnswerJoin::begin_restart(const Recovered& by) {
    begin(by);
}

void AnswerJoin::begin_continuation(const Recovered& by) {
    begin(by);
    repeated(0).all = true;
    filter_.emplace(sent_.pieces(0)[0].text);
}

void AnswerJoin::add_spent(const Usage& usage) {
    if (!spent_) spent_.emplace();
    spent_->add(usage);
}

void AnswerJoin::pass(const StreamEvent& event) {
    if (unsaid_) encoder_.recovered(*std::exchange(unsaid_, std::nullopt));
    if (is_content(event)) ++passed_;
    encoder_.on_event(event);
}

AnswerJoin::Repeated& AnswerJoin::repeated(std::uint32_t choice) {
    if (repeated_.size() <= choice) repeated_.resize(std::size_t{choice} + 1);
    return repeated_[choice];
}

bool AnswerJoin::is_new(std::uint32_t choice) {
    if (!comparing_) return true;
    Repeated& done = repeated(choice);
    if (!done.all && sent_.pieces(choice).empty()) done.all = true;
    return done.all;
}

void AnswerJoin::note_whether_all(std::uint32_t choice) {
    const std::vector<SentAnswer::Piece>& pieces = sent_.pieces(choice);
    Repeated& done = repeated(choice);
    done.all = std::ranges::equal(done.bytes, pieces, {}, {}, [](const auto& piece) { return piece.text.size(); });
}

// Takes from the front of `text` what the piece goes on with. False when it goes on otherwise.
bool AnswerJoin::match(std::uint32_t choice, std::size_t piece, std::string_view& text) {
    std::size_t& bytes = repeated(choice).bytes[piece];
    const std::string_view left = std::string_view(sent_.pieces(choice)[piece].text).substr(bytes);
    const std::size_t size = std::min(left.size(), text.size());
    if (left.substr(0, size) != text.substr(0, size)) return false;
    bytes += size;
    text.remove_prefix(size);
    note_whether_all(choice);
    return true;
}

// What of the text the client does not have yet.
std::string_view AnswerJoin::new_part(std::uint32_t choice, Kind kind, std::string_view text) {
    while (!text.empty() && !is_new(choice)) {
        const std::vector<SentAnswer::Piece>& pieces = sent_.pieces(choice);
        std::vector<std::size_t>& begun = repeated(choice).bytes;
        if (begun.empty() || begun.back() == pieces[begun.size() - 1].text.size()) {
            // All pieces begun, and not all is repeated: arguments of an earlier call are missing.
            if (begun.size() == pieces.size()) break;
            begun.push_back(0);
        }
        const std::size_t piece = begun.size() - 1;
        if (pieces[piece].kind != kind || !match(choice, piece, text)) break;
    }
    if (text.empty() || is_new(choice)) return text;
    diverged_ = true;
    return {};
}

// What is held back of a continuation is the client's, now that something else follows. False when it was none.
bool AnswerJoin::release_held() {
    if (!filter_) return true;
    const std::string_view rest = filter_->release();
    diverged_ = filter_->departed();
    if (!rest.empty()) {
        sent_.append(0, Kind::text, rest);
        pass(TextDelta{.choice = 0, .text = rest});
    }
    return !diverged_;
}

template <class Delta>
void AnswerJoin::take_text(Kind kind, Delta delta) {
    received_ += delta.text.size();
    if (filter_ && kind == Kind::text && delta.choice == 0) {
        delta.text = filter_->take(delta.text);
        diverged_ = filter_->departed();
    } else {
        delta.text = new_part(delta.choice, kind, delta.text);
    }
    if (delta.text.empty()) return;
    sent_.append(delta.choice, kind, delta.text);
    pass(delta);
}

void AnswerJoin::take_call(const ToolCallStart& start) {
    received_ += start.name.size();
    if (is_new(start.choice)) {
        // Clients match results by the id.
        if (comparing_ && sent_.has_call(start.choice, start.id)) {
            diverged_ = true;
            return;
        }
        sent_.open_call(start.choice, start.id, start.name, start.custom);
        return pass(start);
    }
    const std::vector<SentAnswer::Piece>& pieces = sent_.pieces(start.choice);
    std::vector<std::size_t>& begun = repeated(start.choice).bytes;
    const std::size_t next = begun.size();
    const bool between =
        next == 0 || pieces[next - 1].kind == Kind::call || begun.back() == pieces[next - 1].text.size();
    diverged_ = !between || next == pieces.size() || pieces[next].kind != Kind::call ||
                pieces[next].name != start.name || pieces[next].custom != start.custom;
    if (diverged_) return;
    begun.push_back(0);
    note_whether_all(start.choice);
}

void AnswerJoin::take_arguments(ToolArgsDelta delta) {
    received_ += delta.json.size();
    if (!is_new(delta.choice)) {
        const std::size_t piece = sent_.place_of_call(delta.choice, delta.index);
        // A call that comes again has been opened again.
        diverged_ = piece >= repeated(delta.choice).bytes.size() || !match(delta.choice, piece, delta.json) ||
                    (!delta.json.empty() && !is_new(delta.choice));
        if (diverged_ || delta.json.empty()) return;
    }
    sent_.append_arguments(delta.choice, delta.index, delta.json);
    pass(delta);
}

// A block that the client has with its end needs no other seal.
void AnswerJoin::take_reasoning_end(const ReasoningEnd& end) {
    if (!end.redacted.empty()) sent_.note_opaque();
    if (comparing_) {
        if (!is_new(end.choice)) return;
        const std::vector<SentAnswer::Piece>& pieces = sent_.pieces(end.choice);
        if (!pieces.empty() && pieces.back().sealed) return;
    }
    sent_.seal_reasoning(end.choice);
    pass(end);
}

void AnswerJoin::take_opaque(const StreamEvent& event) {
    sent_.note_opaque();
    pass(event);
}

bool AnswerJoin::on_native(const NativePart& part) {
    if (comparing_ || diverged_ || !encoder_.on_native(part)) return false;
    sent_.note_opaque();
    ++passed_;
    return true;
}

// Those of what the client has without them belong nowhere.
void AnswerJoin::take_logprobs(const LogprobsEvent& event) {
    if (is_new(event.choice)) take_opaque(event);
}

// All choices finish together, behind all of their content.
void AnswerJoin::take_finish(const FinishEvent& event) {
    for (std::uint32_t choice = 0; choice < sent_.choices(); ++choice) diverged_ = diverged_ || !is_new(choice);
    if (!diverged_) pass(event);
}

void AnswerJoin::take_usage(UsageEvent event) {
    add_spent(event.usage);
    event.usage = *spent_;
    pass(event);
}

Error diverged_from_sent(const std::string& provider) {
    Error error(ErrorKind::upstream_invalid,
                "The answer of " + provider + " departs from what the client has of the answer that broke off.");
    error.code = "answers_diverge";
    error.should_retry = false;
    return error;
}

}  // namespace breakwater
