#include "json_diagnosis.hpp"

#include <charconv>
#include <string>

#include "breakwater/base/strings.hpp"
#include "json_number.hpp"

namespace breakwater {
namespace {

/// A refused body may be large and hostile; nobody needs the place of a fault behind the first MiB.
constexpr std::size_t kBytesMax = 1u << 20;
/// The longest of what is looked at as a whole: a pair of surrogates.
constexpr std::size_t kTokenBytesMax = 12;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Reads JSON (RFC 8259) and keeps only what is open, so that no nesting can exhaust the stack.
class Diagnosis {
public:
    explicit Diagnosis(std::string_view json) noexcept
        : json_(json.substr(0, kBytesMax)), cut_(json.size() > kBytesMax) {}

    std::optional<JsonFault> run() {
        while (!fault_ && !done_) step();
        // What lies behind the cut was not looked at, so what seems to break off there proves nothing.
        if (fault_ && cut_ && at_ + kTokenBytesMax > json_.size()) return std::nullopt;
        return fault_;
    }

private:
    enum class Expect { value, value_or_end, key, key_or_end, comma_or_end, end_of_text };

    void step() {
        skip_blanks();
        if (at_ >= json_.size()) return end_of_text();
        switch (expect_) {
            case Expect::value:
                return value();
            case Expect::value_or_end:
                return json_[at_] == ']' ? close() : value();
            case Expect::key:
                return key();
            case Expect::key_or_end:
                return json_[at_] == '}' ? close() : key();
            case Expect::comma_or_end:
                return comma_or_end();
            case Expect::end_of_text:
                return stop("unexpected text after the end of the document");
        }
    }

    void end_of_text() {
        if (expect_ == Expect::end_of_text) {
            done_ = true;
        } else {
            stop("the text ends before the document does");
        }
    }

    void value() {
        const char c = json_[at_];
        if (c == '{') return open('}', Expect::key_or_end);
        if (c == '[') return open(']', Expect::value_or_end);
        if (c == '"') return string() ? after_value() : void();
        if (c == '-' || is_digit(c)) return number() ? after_value() : void();
        for (const std::string_view word : {"true", "false", "null"}) {
            if (json_.substr(at_).starts_with(word)) {
                at_ += word.size();
                return after_value();
            }
        }
        stop(c == ']' || c == '}' ? "a value is missing (is there a comma too many?)" : "a value was expected");
    }

    void key() {
        if (json_[at_] != '"') return stop("a member name in double quotes was expected");
        if (!string()) return;
        skip_blanks();
        if (at_ >= json_.size()) return stop("the text ends before the document does");
        if (json_[at_] != ':') return stop("':' was expected after a member name");
        ++at_;
        expect_ = Expect::value;
    }

    void comma_or_end() {
        const char c = json_[at_];
        if (c == open_.back()) return close();
        if (c != ',') return stop(open_.back() == '}' ? "',' or '}' was expected" : "',' or ']' was expected");
        ++at_;
        expect_ = open_.back() == '}' ? Expect::key : Expect::value;
    }

    void open(char end, Expect next) {
        open_ += end;
        ++at_;
        expect_ = next;
    }
    void close() {
        open_.pop_back();
        ++at_;
        after_value();
    }
    void after_value() { expect_ = open_.empty() ? Expect::end_of_text : Expect::comma_or_end; }

    bool string() {
        const std::size_t start = at_++;
        while (at_ < json_.size()) {
            const char c = json_[at_];
            if (c == '"') return ++at_, true;
            if (static_cast<unsigned char>(c) < 0x20) {
                return refuse("a control character in a string must be escaped (a line break is \\n)");
            }
            if (c == '\\' ? !escape() : (++at_, false)) return false;
        }
        if (!cut_) at_ = start;
        return refuse("a string is not closed");
    }

    /// One escape; a surrogate must come as a pair.
    bool escape() {
        const std::size_t start = at_++;
        if (at_ >= json_.size()) return true;
        if (json_[at_] != 'u') {
            if (std::string_view("\"\\/bfnrt").find(json_[at_]) == std::string_view::npos) {
                return refuse("a backslash in a string must begin an escape such as \\n or \\\\");
            }
            ++at_;
            return true;
        }
        at_ = start;
        const int unit = code_unit();
        if (unit < 0) return refuse("\\u must be followed by four hexadecimal digits");
        if (unit < 0xD800 || unit > 0xDFFF) return true;
        const int second = unit <= 0xDBFF ? code_unit() : -1;
        if (second >= 0xDC00 && second <= 0xDFFF) return true;
        at_ = start;
        return refuse("a \\u escape is half of a surrogate pair");
    }

    /// The value of `\uXXXX` here, which is then behind us, or -1.
    int code_unit() {
        const std::string_view text = json_.substr(at_, 6);
        if (text.size() < 6 || !text.starts_with("\\u")) return -1;
        int unit = 0;
        const auto [end, ec] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
        if (ec != std::errc() || end != text.data() + 6 || !is_hex(text[2])) return -1;
        at_ += 6;
        return unit;
    }

    bool number() {
        const std::size_t start = at_;
        if (json_[at_] == '-') ++at_;
        const std::size_t whole = digits();
        if (whole == 0) return refuse("a number has no digits");
        if (whole > 1 && json_[at_ - whole] == '0') return refuse("a number begins with 0");
        if (at_ < json_.size() && json_[at_] == '.') {
            ++at_;
            if (digits() == 0) return refuse("a number has no digits after its point");
        }
        if (at_ < json_.size() && (json_[at_] == 'e' || json_[at_] == 'E')) {
            ++at_;
            if (at_ < json_.size() && (json_[at_] == '+' || json_[at_] == '-')) ++at_;
            if (digits() == 0) return refuse("a number has no digits in its exponent");
        }
        return json_number_type(json_.substr(start, at_ - start)) || refuse("a number is too large");
    }

    std::size_t digits() {
        const std::size_t start = at_;
        while (at_ < json_.size() && is_digit(json_[at_])) ++at_;
        return at_ - start;
    }

    void skip_blanks() {
        while (at_ < json_.size() && std::string_view(" \t\r\n").find(json_[at_]) != std::string_view::npos) ++at_;
    }

    void stop(std::string_view reason) { fault_ = JsonFault{at_, reason}; }
    bool refuse(std::string_view reason) { return stop(reason), false; }

    std::string_view json_;
    bool cut_;
    std::size_t at_ = 0;
    Expect expect_ = Expect::value;
    std::string open_{};  // the closing brackets that are still to come
    std::optional<JsonFault> fault_{};
    bool done_ = false;
};

}  // namespace

std::optional<JsonFault> diagnose_json(std::string_view json) {
    return Diagnosis(json).run();
}

}  // namespace breakwater
