#include "breakwater/ingress/named_files.hpp"

#include <algorithm>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/wire/json_cursor.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kShownBytes = 100;

/// The ids in a text, in its order.
class NamedFiles {
public:
    /// `id` lies in the text.
    void add(std::string_view id) {
        const auto owned = read_owned_id(id);
        if (!owned) return;
        if (owners_.empty() || owners_.front().provider == owned->provider) {
            owners_.push_back(*owned);
        } else if (other_.empty()) {
            other_ = id;
        }
    }

    [[nodiscard]] bool empty() const noexcept { return owners_.empty(); }
    [[nodiscard]] std::string_view provider() const noexcept { return owners_.front().provider; }

    [[nodiscard]] Result<void> check() const {
        if (other_.empty()) return {};
        return fail(ErrorKind::invalid_request,
                    "The request names files of two providers, `" + shown(owners_.front()) + "` and `" +
                        sanitise_provider_text(other_, kShownBytes) +
                        "`, and a request goes to one. Upload all of its files to the same provider.",
                    "file_id");
    }

    /// The text without the names of providers.
    [[nodiscard]] std::string without_names(std::string_view text) const {
        std::string out;
        out.reserve(text.size());
        std::size_t done = 0;
        for (const OwnedId& each : owners_) {
            const auto start = static_cast<std::size_t>(each.provider.data() - text.data());
            out.append(text, done, start - done);
            done = static_cast<std::size_t>(each.id.data() - text.data());
        }
        return out.append(text, done);
    }

private:
    static std::string shown(const OwnedId& id) {
        return sanitise_provider_text(write_owned_id(id.provider, id.id), kShownBytes);
    }

    std::vector<OwnedId> owners_;
    std::string_view other_;
};

/// A block, a source, or a list of blocks. What a tool is called with is not looked into: it is the client's own.
void read_content(JsonCursor& at, NamedFiles& files) {
    if (at.peek() == '[') return at.items([&] { read_content(at, files); });
    std::string_view type;
    std::string_view id;
    at.members([&](std::string_view name) {
        if (name == "type") {
            type = at.string();
        } else if (name == "file_id") {
            id = at.string();
        } else if (name == "source" || name == "content") {
            read_content(at, files);
        } else {
            at.skip();
        }
    });
    if (type == "file" || type == "container_upload") files.add(id);
}

void read_messages(JsonCursor& at, NamedFiles& files) {
    at.items([&] {
        at.members([&](std::string_view name) {
            if (name == "content") return read_content(at, files);
            at.skip();
        });
    });
}

void read_request(JsonCursor& at, NamedFiles& files) {
    at.members([&](std::string_view name) {
        if (name == "messages") return read_messages(at, files);
        at.skip();
    });
}

void read_requests(JsonCursor& at, NamedFiles& files) {
    at.items([&] {
        at.members([&](std::string_view name) {
            if (name == "params") return read_request(at, files);
            at.skip();
        });
    });
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

Result<std::string> take_named_files(std::string& body, NamesFilesIn where) {
    NamedFiles files;
    JsonCursor at(body);
    if (where == NamesFilesIn::message) {
        read_request(at, files);
    } else {
        at.members([&](std::string_view name) {
            if (name == "requests") return read_requests(at, files);
            at.skip();
        });
    }
    if (files.empty()) return std::string();
    if (auto good = files.check(); !good) return std::unexpected(std::move(good.error()));
    std::string provider(files.provider());
    body = files.without_names(body);
    return provider;
}

bool may_name_files(const ChatRequest& request) noexcept {
    if (request.dialect != ClientDialect::anthropic_messages || !request.sent) return false;
    return std::ranges::any_of(request.tools, has_container) ||
           std::ranges::any_of(request.messages, [](const Message& message) {
               return std::ranges::any_of(message.parts, is_owned_file);
           });
}

}  // namespace breakwater
