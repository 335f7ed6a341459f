#include "vectors.hpp"

#include <cmath>

#include "bad_answer.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kDimensionsMax = 1u << 16;

void normalise(std::vector<double>& values) {
    double squares = 0;
    for (const double value : values) squares += value * value;
    const double length = std::sqrt(squares);
    if (length == 0) return;
    for (double& value : values) value /= length;
}

/// Whether the text is base64 of some 32-bit floats, in the form in which it can go on to clients.
bool is_float_base64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const std::size_t bytes = text.size() / 4 * 3 - padding;
    if (text.size() % 4 != 0 || text.empty() || bytes % 4 != 0 || bytes / 4 > kDimensionsMax) return false;
    for (const char c : text.substr(0, text.size() - padding)) {
        const bool digit =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
        if (!digit) return false;
    }
    return true;
}

}  // namespace

Result<void> Vectors::add(std::size_t index, JsonReader::Element vector) {
    if (index >= slots_.size()) return invalid_answer("more vectors than there were inputs");
    if (slots_[index]) return invalid_answer("two vectors for one input");
    slots_[index] = vector;
    next_ = index + 1;
    return {};
}

Result<void> Vectors::emit(EventSink& sink) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (!slots_[i]) return invalid_answer("fewer vectors than there were inputs");
        const auto index = static_cast<std::uint32_t>(i);
        JsonReader::Array numbers;
        std::string_view text;
        if (slots_[i]->get(numbers)) {
            if (auto done = emit_numbers(index, numbers, sink); !done) return done;
        } else if (slots_[i]->get(text) && is_float_base64(text)) {
            sink.on_event(EmbeddingEvent{.index = index, .base64 = text});
        } else {
            return invalid_answer("a vector that is neither numbers nor base64 of 32-bit floats");
        }
    }
    return {};
}

Result<void> Vectors::emit_numbers(std::uint32_t index, JsonReader::Array numbers, EventSink& sink) {
    values_.clear();
    for (const JsonReader::Element number : numbers) {
        double value = 0;
        if (!number.get(value)) return invalid_answer("a vector that does not hold numbers");
        values_.push_back(value);
    }
    if (values_.empty()) return invalid_answer("an empty vector");
    if (values_.size() > kDimensionsMax) return invalid_answer("a vector that is too long");
    if (normalise_) breakwater::normalise(values_);
    sink.on_event(EmbeddingEvent{.index = index, .values = values_});
    return {};
}

}  // namespace breakwater
