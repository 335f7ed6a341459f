#include "breakwater/ingress/named_files.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/wire/json_cursor.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kShownBytes = 100;

/// What a string says that stands in a text as `written`: some clients write each slash as `\/`. Valid until the next.
std::string_view said(std::string_view written) {
    if (!written.contains('\\')) return written;
    const std::string quoted = std::string(1, '"').append(written).append(1, '"');
    const auto read = shared_json_reader().parse(quoted);
    std::string_view text;
    return read && read->get(text) ? text : written;
}

/// The ids in a text.
class NamedFiles {
public:
    /// `written` lies in the text.
    void add(std::string_view written) {
        const std::string_view id = said(written);
        const auto owned = read_owned_id(id);
        if (!owned) return;
        if (places_.empty()) {
            provider_ = owned->provider;
            first_ = shown(id);
        } else if (owned->provider != provider_) {
            if (other_.empty()) other_ = shown(id);
            return;
        }
        const bool escaped = id.data() != written.data();
        places_.push_back({.written = written, .id = escaped ? unescaped_.emplace_back(owned->id) : owned->id});
    }

    [[nodiscard]] bool empty() const noexcept { return places_.empty(); }
    [[nodiscard]] const std::string& provider() const noexcept { return provider_; }

    [[nodiscard]] Result<void> check() const {
        if (other_.empty()) return {};
        return fail(ErrorKind::invalid_request,
                    "The request names files of two providers, `" + first_ + "` and `" + other_ +
                        "`, and a request goes to one. Upload all of its files to the same provider.",
                    "file_id");
    }

    /// The text without the names of providers. What stands in a block was found before the block's own id, which may
    /// come first in the text.
    [[nodiscard]] std::string without_names(std::string_view text) {
        std::ranges::sort(places_, {}, [](const Place& place) { return place.written.data(); });
        std::string out;
        out.reserve(text.size());
        std::size_t done = 0;
        for (const Place& each : places_) {
            const auto start = static_cast<std::size_t>(each.written.data() - text.data());
            if (start < done) continue;  // never writes more than the text has
            out.append(text, done, start - done).append(each.id);
            done = start + each.written.size();
        }
        return out.append(text, done);
    }

private:
    struct Place {
        std::string_view written;
        std::string_view id;  ///< the provider's own
    };

    static std::string shown(std::string_view id) { return sanitise_provider_text(id, kShownBytes); }

    std::vector<Place> places_;
    std::deque<std::string> unescaped_;  ///< ids that the text has with escapes only
    std::string provider_;
    std::string first_;
    std::string other_;
};

/// A block, a source, or a list of blocks. What a tool is called with is not looked into: it is the client's own.
void read_content(JsonCursor& at, NamedFiles& files) {
    if (at.peek() == '[') return at.items([&] { read_content(at, files); });
    bool file = false;
    std::string_view id;
    at.members([&](std::string_view written) {
        const std::string_view name = said(written);
        if (name == "type") {
            const std::string_view type = said(at.string());
            file = type == "file" || type == "container_upload";
        } else if (name == "file_id") {
            id = at.string();
        } else if (name == "source" || name == "content") {
            read_content(at, files);
        } else {
            at.skip();
        }
    });
    if (file) files.add(id);
}

/// The member `wanted` of the object ahead, which `read` takes.
template <class Read>
void read_member(JsonCursor& at, std::string_view wanted, Read read) {
    at.members([&](std::string_view written) {
        if (said(written) == wanted) return read();
        at.skip();
    });
}

void read_request(JsonCursor& at, NamedFiles& files) {
    read_member(at, "messages",
                [&] { at.items([&] { read_member(at, "content", [&] { read_content(at, files); }); }); });
}

void read_batch(JsonCursor& at, NamedFiles& files) {
    read_member(at, "requests",
                [&] { at.items([&] { read_member(at, "params", [&] { read_request(at, files); }); }); });
}

bool is_owned_file(const ContentPart& part) noexcept {
    const auto* file = std::get_if<FilePart>(&part);
    return file != nullptr && !file->file_id.empty() && read_owned_id(file->file_id).has_value();
}

/// Only a container takes uploads, and only with such a tool is there one. The block itself says nothing to other
/// vendors and is not in the typed request.
bool has_container(const Tool& tool) noexcept {
    return tool.kind == Tool::Kind::hosted && tool.name.starts_with("code_execution");
}

}  // namespace

Result<NamedFilesTaken> take_named_files(std::string_view body, NamesFilesIn where) {
    NamedFiles files;
    JsonCursor at(body);
    if (where == NamesFilesIn::message) {
        read_request(at, files);
    } else {
        read_batch(at, files);
    }
    if (files.empty()) return NamedFilesTaken{};
    if (auto good = files.check(); !good) return std::unexpected(std::move(good.error()));
    return NamedFilesTaken{.provider = files.provider(), .body = files.without_names(body)};
}

bool may_name_files(const ChatRequest& request) noexcept {
    if (request.dialect != ClientDialect::anthropic_messages || !request.sent) return false;
    return std::ranges::any_of(request.tools, has_container) ||
           std::ranges::any_of(request.messages, [](const Message& message) {
               return std::ranges::any_of(message.parts, is_owned_file);
           });
}

}  // namespace breakwater
