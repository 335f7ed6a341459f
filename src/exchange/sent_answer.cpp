#include "sent_answer.hpp"

#include <algorithm>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

/// As long as any model answers today.
constexpr std::size_t kRememberedBytesMax = 1u << 20;
/// What a piece takes beside its texts; calls without arguments must not be free.
constexpr std::size_t kPieceBytes = sizeof(SentAnswer::Piece);

/// A call has all of its arguments when nothing but blanks could follow them. Those of a custom tool are any text: only
/// what comes after them says that they have ended.
bool is_whole(const SentAnswer::Piece& call, bool last) {
    if (call.custom) return !last;
    const auto arguments = shared_json_reader().parse(call.text);
    return arguments && arguments->is_object();
}

}  // namespace

std::vector<SentAnswer::Piece>* SentAnswer::room_in(std::uint32_t choice, std::size_t bytes) {
    if (forgotten_) return nullptr;
    if (bytes > kRememberedBytesMax - bytes_) {
        forgotten_ = true;
        std::vector<std::vector<Piece>>().swap(choices_);
        return nullptr;
    }
    bytes_ += bytes;
    // The guard in front bounds the index.
    if (choices_.size() <= choice) choices_.resize(std::size_t{choice} + 1);
    return &choices_[choice];
}

void SentAnswer::append(std::uint32_t choice, Kind kind, std::string_view text) {
    std::vector<Piece>* const pieces = room_in(choice, text.size());
    if (pieces == nullptr) return;
    if (!pieces->empty() && pieces->back().kind == kind && !pieces->back().sealed) {
        pieces->back().text += text;
    } else if (room_in(choice, kPieceBytes) != nullptr) {
        pieces->push_back({.kind = kind, .text = std::string(text)});
    }
}

void SentAnswer::open_call(std::uint32_t choice, std::string_view id, std::string_view name, bool custom) {
    std::vector<Piece>* const pieces = room_in(choice, kPieceBytes + id.size() + name.size());
    if (pieces == nullptr) return;
    pieces->push_back({.kind = Kind::call, .id = std::string(id), .name = std::string(name), .custom = custom});
}

void SentAnswer::append_arguments(std::uint32_t choice, std::uint32_t call, std::string_view text) {
    std::vector<Piece>* const pieces = room_in(choice, text.size());
    if (pieces == nullptr) return;
    const std::size_t at = place_of_call(choice, call);
    if (at < pieces->size()) (*pieces)[at].text += text;
}

void SentAnswer::seal_reasoning(std::uint32_t choice) {
    if (choice >= choices_.size() || choices_[choice].empty()) return;
    Piece& last = choices_[choice].back();
    if (last.kind == Kind::reasoning) last.sealed = true;
}

bool SentAnswer::can_be_completed() const {
    if (opaque_ || forgotten_) return false;
    return std::ranges::all_of(choices_, [](const std::vector<Piece>& pieces) {
        return std::ranges::all_of(pieces, [&](const Piece& piece) {
            return piece.kind != Kind::call || is_whole(piece, &piece == &pieces.back());
        });
    });
}

const std::vector<SentAnswer::Piece>& SentAnswer::pieces(std::uint32_t choice) const noexcept {
    static const std::vector<Piece> kNone;
    return choice < choices_.size() ? choices_[choice] : kNone;
}

bool SentAnswer::has_call(std::uint32_t choice, std::string_view id) const noexcept {
    return std::ranges::any_of(pieces(choice),
                               [&](const Piece& piece) { return piece.kind == Kind::call && piece.id == id; });
}

std::size_t SentAnswer::place_of_call(std::uint32_t choice, std::uint32_t call) const noexcept {
    const std::vector<Piece>& pieces = this->pieces(choice);
    std::size_t at = 0;
    for (; at < pieces.size(); ++at) {
        if (pieces[at].kind == Kind::call && call-- == 0) break;
    }
    return at;
}

}  // namespace breakwater
