#include "body_form.hpp"

#include <algorithm>
#include <array>

#include "breakwater/wire/http_message.hpp"

namespace breakwater {

BodyForm body_form(std::string_view bytes, bool event_stream, std::string_view& rest) noexcept {
    static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    static constexpr std::array<std::string_view, 6> kLineStarts{"data:", ":", "event:", "id:", "retry:", "error:"};
    rest = bytes;
    if (bytes.size() < kByteOrderMark.size() && kByteOrderMark.starts_with(bytes)) return BodyForm::undecided;
    if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
    rest = bytes.substr(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (rest.empty()) return BodyForm::undecided;
    if (rest.front() == '{' || rest.front() == '[') return BodyForm::json;
    if (rest.front() == '<') return BodyForm::other;
    if (event_stream) return BodyForm::sse;
    const auto begins = [&](std::string_view start) { return rest.starts_with(start); };
    if (std::ranges::any_of(kLineStarts, begins)) return BodyForm::sse;
    const auto may_begin = [&](std::string_view start) { return start.starts_with(rest); };
    return std::ranges::any_of(kLineStarts, may_begin) ? BodyForm::undecided : BodyForm::other;
}

std::optional<std::string_view> BodyFormFinder::feed(std::string_view bytes, std::string_view content_type) {
    if (form_ != BodyForm::undecided) return bytes;
    if (!kept_.empty()) bytes = kept_.append(bytes);
    std::string_view rest;
    form_ = body_form(bytes, media_type(content_type) == "text/event-stream", rest);
    if (form_ != BodyForm::undecided) return rest;
    kept_ = std::string(rest);  // so that blanks without an end take no memory
    return std::nullopt;
}

bool is_cut(std::string_view json) noexcept {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string && c == '\\')
            ++i;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            ++depth;
        else if (!in_string && (c == '}' || c == ']'))
            --depth;
    }
    return in_string || depth > 0;
}

}  // namespace breakwater
