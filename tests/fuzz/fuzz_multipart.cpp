// Property: the parts of a form lie in its body, one behind the other, and with its end they are the whole of it; or it
// is refused with a message. Who reads it in pieces of any size finds the same parts, or refuses it as well. The
// boundary is what stands in the first line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "breakwater/wire/form_scanner.hpp"
#include "breakwater/wire/multipart.hpp"

namespace {

using namespace breakwater;

/// Compares what it is told with what was read in the whole.
class Compared final : public FormSink {
public:
    Compared(std::string_view body, const std::vector<FormPart>& parts) : body_(body), parts_(parts) {}

    Result<void> on_field(std::string_view name, std::optional<std::string_view> filename, std::uint64_t at) override {
        if (known_ && next_ == parts_.size()) std::abort();
        if (known_ && (name != parts_[next_].name || filename != parts_[next_].filename)) std::abort();
        if (known_ && body_.data() + at != parts_[next_].bytes.data()) std::abort();
        content_.clear();
        return {};
    }
    Result<void> on_content(std::string_view bytes) override {
        content_ += bytes;
        return {};
    }
    Result<void> on_field_end(std::uint64_t at) override {
        if (!known_) return {};
        const FormPart& part = parts_[next_++];
        if (content_ != part.content || body_.data() + at != part.bytes.data() + part.bytes.size()) std::abort();
        return {};
    }
    /// The whole was refused, so that there is nothing to compare with.
    void note_refused() { known_ = false; }
    [[nodiscard]] bool all_seen() const { return next_ == parts_.size(); }

private:
    std::string_view body_;
    const std::vector<FormPart>& parts_;
    std::size_t next_ = 0;
    std::string content_;
    bool known_ = true;
};

void scan_in_pieces(std::string_view body, std::string_view boundary, const Result<std::vector<FormPart>>& whole,
                    std::size_t piece) {
    static const std::vector<FormPart> kNone;
    Compared sink(body, whole ? *whole : kNone);
    if (!whole) sink.note_refused();
    FormScanner scanner(boundary, sink);
    Result<void> scanned;
    for (std::size_t at = 0; at < body.size() && scanned; at += piece) scanned = scanner.feed(body.substr(at, piece));
    if (scanned) scanned = scanner.finish();
    if (scanned.has_value() != whole.has_value()) std::abort();
    if (scanned ? !sink.all_seen() : scanned.error().message.empty()) std::abort();
}

/// The last boundary, and behind it at most two blanks or line ends, of whatever kind.
bool is_end(std::string_view rest, std::string_view boundary) {
    const std::string last = "--" + std::string(boundary) + "--";
    return rest.starts_with(last) && rest.size() <= last.size() + 2 &&
           rest.find_first_not_of(" \t\r\n", last.size()) == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const std::string_view line = body.substr(0, body.find("\r\n"));
    const std::string type =
        "multipart/form-data; boundary=\"" + std::string(line.substr(std::min<std::size_t>(2, line.size())));
    const Result<std::string> boundary = form_boundary(type + "\"");
    if (!boundary) return boundary.error().message.empty() ? std::abort(), 0 : 0;
    if (form_boundary(form_content_type(*boundary)) != *boundary) std::abort();
    const Result<std::vector<FormPart>> parts = read_form(body, *boundary);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2} + size % 13, size + 1})
        scan_in_pieces(body, *boundary, parts, piece);
    if (!parts) return parts.error().message.empty() ? std::abort(), 0 : 0;
    std::size_t at = 0;
    for (const FormPart& part : *parts) {
        if (part.bytes.data() != body.data() + at || part.name.empty()) std::abort();
        if (part.bytes.find(part.content) == std::string_view::npos) std::abort();
        at += part.bytes.size();
    }
    if (!is_end(body.substr(at), *boundary)) std::abort();
    return 0;
}
