#include <algorithm>
#include <cstring>

#include "breakwater/ingress/forms.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kListMark = "[]";

/// A part that goes on with its file, as places in the body, which the views of a FormPart are of.
struct Place {
    std::size_t at;
    std::size_t bytes;
    std::size_t name_at;
    std::size_t content_at;

    Place(const FormPart& part, const std::string& body)
        : at(offset(part.bytes, body)),
          bytes(part.bytes.size()),
          name_at(offset(part.name, body) - at),
          content_at(offset(part.content, body) - at) {}

private:
    static std::size_t offset(std::string_view view, const std::string& body) noexcept {
        return static_cast<std::size_t>(view.data() - body.data());
    }
};

/// Moves the parts together at the front of the body: what lies between them has been copied, or stays behind.
void move_together(std::string& body, std::vector<Place>& places) {
    std::size_t end = 0;
    for (Place& place : places) {
        std::memmove(body.data() + end, body.data() + place.at, place.bytes);
        place.at = std::exchange(end, end + place.bytes);
    }
    body.resize(end);
}

/// Several files of the name that may be a list's are one, which servers know by its brackets and refuse without them.
void mark_list(std::string& body, std::vector<Place>& places, std::vector<FilesForm::File>& files,
               std::string_view list) {
    if (std::ranges::count(files, list, &FilesForm::File::name) < 2) return;
    const std::vector<FilesForm::File> named = files;
    std::size_t added = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        Place& place = places[i];
        place.at += added;
        if (named[i].name != list) continue;
        const std::size_t begin = place.at + place.name_at;
        const std::string name = named[i].name + std::string(kListMark);
        // A bare name cannot have brackets.
        const bool bare = body[begin - 1] != '"';
        const std::string written = bare ? '"' + name + '"' : name;
        body.replace(begin, named[i].name.size(), written);
        const std::size_t more = written.size() - named[i].name.size();
        place.content_at += more;
        added += more;
        files[i].name = name;
    }
}

}  // namespace

Result<FilesForm> take_files_form(std::string& body, std::string_view boundary, std::string_view list,
                                  const JudgeField& judge) {
    auto parts = read_form(body, boundary);
    if (!parts) return std::unexpected(std::move(parts.error()));
    FilesForm form;
    form.boundary = boundary;
    std::vector<Place> places;
    for (const FormPart& part : *parts) {
        auto goes_on = judge(part);
        if (!goes_on) return std::unexpected(std::move(goes_on.error()));
        if (!*goes_on) continue;
        if (part.filename) {
            places.emplace_back(part, body);
            form.files.push_back({.name = std::string(part.name), .bytes = part.content.size()});
        } else {
            form.fields.push_back({.name = std::string(part.name), .part = std::string(part.bytes)});
        }
    }
    parts->clear();  // its views are of what moves now
    move_together(body, places);
    mark_list(body, places, form.files, list);
    for (std::size_t i = 0; i < places.size(); ++i) form.files[i].at = places[i].at + places[i].content_at;
    body += form_end(boundary);
    form.text = std::make_shared<const std::string>(std::move(body));
    return form;
}

}  // namespace breakwater
