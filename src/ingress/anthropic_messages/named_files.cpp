#include "breakwater/ingress/named_files.hpp"

#include <algorithm>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kShownBytes = 100;

/// The ids in a text.
class NamedFiles {
public:
    /// A member of the text, whose string is an id.
    void add(JsonReader::Element member) {
        const std::string_view id = member.text();
        const auto owned = read_owned_id(id);
        if (!owned) return;
        if (places_.empty()) {
            provider_ = owned->provider;
            first_ = shown(id);
        } else if (owned->provider != provider_) {
            if (other_.empty()) other_ = shown(id);
            return;
        }
        places_.push_back({.written = member.written(), .id = owned->id});
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

    /// The text without the names of providers. Members are looked up by name, and not in the order of the text.
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
    std::string provider_;
    std::string first_;
    std::string other_;
};

/// A block, a source, or a list of blocks. What a tool is called with is not looked into: it is the client's own.
void read_content(JsonReader::Element content, NamedFiles& files) {
    for (const auto block : JsonReader::Array(content)) read_content(block, files);
    if (!content.is_object()) return;
    const std::string_view type = content["type"].text();
    if (type == "file" || type == "container_upload") files.add(content["file_id"]);
    read_content(content["source"], files);
    read_content(content["content"], files);
}

void read_request(JsonReader::Element request, NamedFiles& files) {
    for (const auto message : JsonReader::Array(request["messages"])) read_content(message["content"], files);
}

void read_batch(JsonReader::Element batch, NamedFiles& files) {
    for (const auto each : JsonReader::Array(batch["requests"])) read_request(each["params"], files);
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

Result<NamedFilesTaken> take_named_files(std::string_view body, NamesFilesIn where, JsonReader& reader) {
    const auto root = reader.parse(body);
    if (!root) return std::unexpected(root.error());
    NamedFiles files;
    if (where == NamesFilesIn::message) {
        read_request(*root, files);
    } else {
        read_batch(*root, files);
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
