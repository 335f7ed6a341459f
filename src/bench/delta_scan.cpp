#include "delta_scan.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace breakwater::bench {

namespace {

/// Members of a delta that carry what the model produced, in the words of the providers.
constexpr std::array<std::string_view, 9> kContentMembers{"content",   "tool_calls", "reasoning_content",
                                                          "reasoning", "refusal",    "function_call",
                                                          "audio",     "text",       "reasoning_text"};

constexpr std::string_view kDelta = R"("delta")";

/// Quotes inside of strings are escaped, so that these bytes are a whole token wherever they stand.
bool find_delta(std::string_view data, std::size_t& offset) noexcept {
    if (offset < data.size() && data.substr(offset).starts_with(kDelta)) return true;
    const void* found = ::memmem(data.data(), data.size(), kDelta.data(), kDelta.size());
    if (found == nullptr) return false;
    offset = static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
    return true;
}

bool is_content_member(std::string_view name) noexcept {
    return std::ranges::find(kContentMembers, name) != kContentMembers.end();
}

/// Reads the few forms of JSON that deltas are made of; `failed` when it meets another.
class Scanner {
public:
    explicit Scanner(std::string_view text) noexcept : text_(text) {}

    /// Skips blanks, then takes `c` if it is next.
    bool take(char c) noexcept {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    /// The inside of a string whose opening quote has been taken, still escaped.
    std::string_view string() noexcept {
        const std::size_t start = at_;
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        if (at_ >= text_.size()) {
            failed_ = true;
            return {};
        }
        return text_.substr(start, at_++ - start);
    }
    /// Takes a value; true when there is something in it. Arrays and objects are only told empty from not empty, and
    /// end the scan when they are not, because then the question is answered or a parser must look.
    bool value() noexcept {
        if (take('"')) return !string().empty();
        if (take('[')) return !take(']');
        if (take('{')) return !take('}');
        if (text_.substr(at_).starts_with("null")) {
            at_ += 4;
            return false;
        }
        failed_ = true;
        return false;
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

/// The members of a delta whose brace has been taken.
DeltaScan scan_members(Scanner& scanner) noexcept {
    if (scanner.take('}')) return DeltaScan::empty;
    do {
        if (!scanner.take('"')) return DeltaScan::unknown;
        const std::string_view name = scanner.string();
        if (!scanner.take(':')) return DeltaScan::unknown;
        const bool filled = scanner.value();
        if (scanner.failed()) return DeltaScan::unknown;
        if (!filled) continue;
        if (is_content_member(name)) return DeltaScan::content;
        // A filled member that we step over must be a string, which the scanner has read to its end.
        if (name != "role") return DeltaScan::unknown;
    } while (scanner.take(','));
    return scanner.take('}') ? DeltaScan::empty : DeltaScan::unknown;
}

}  // namespace

DeltaScan scan_delta(std::string_view data, std::size_t& offset) noexcept {
    constexpr std::string_view kUsual = R"(:{"content":")";
    if (!data.starts_with('{') || !data.ends_with('}') || !find_delta(data, offset)) return DeltaScan::unknown;
    const std::string_view rest = data.substr(offset + kDelta.size());
    if (rest.starts_with(kUsual) && rest[kUsual.size()] != '"') return DeltaScan::content;
    Scanner scanner(rest);
    if (!scanner.take(':')) return DeltaScan::unknown;
    if (scanner.take('{')) return scan_members(scanner);
    // The responses dialect: "delta":"text".
    if (scanner.take('"')) return scanner.string().empty() ? DeltaScan::empty : DeltaScan::content;
    return DeltaScan::unknown;
}

bool has_content(JsonReader::Element delta) {
    return std::ranges::any_of(kContentMembers, [delta](std::string_view name) {
        const auto value = get_value(delta, name);
        if (!value) return false;
        return !value->text().empty() || JsonReader::Array(*value).size() > 0 || JsonReader::Object(*value).size() > 0;
    });
}

}  // namespace breakwater::bench
