#include "citations.hpp"

#include <algorithm>
#include <vector>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;

constexpr std::size_t kTextBytesMax = 1u << 20;  // beyond it places are not known any more

// What an answer cites is small; what is not was made to be large.
constexpr std::size_t kUrlBytesMax = 8u << 10;
constexpr std::size_t kTitleBytesMax = 1u << 10;
constexpr std::size_t kSupportsMax = 512;
constexpr std::size_t kCitationsMax = 1024;

struct Page {
    std::string_view url;
    std::string_view title;
};

std::vector<Page> read_pages(Element grounding) {
    std::vector<Page> pages;
    const auto chunks = get_array(grounding, "groundingChunks");
    if (!chunks) return pages;
    for (const Element chunk : *chunks) {
        const auto web = get_object(chunk, "web");
        pages.push_back(web ? Page{get_string(*web, "uri").value_or(""), get_string(*web, "title").value_or("")}
                            : Page{});
    }
    return pages;
}

}  // namespace

void Citations::add_text(std::string_view text) {
    text_.append(text.substr(0, kTextBytesMax - std::min(kTextBytesMax, text_.size())));
}

std::int64_t Citations::units(std::int64_t bytes) const {
    const auto length =
        static_cast<std::size_t>(std::clamp<std::int64_t>(bytes, 0, static_cast<std::int64_t>(text_.size())));
    std::int64_t units = 0;
    for (const char c : std::string_view(text_).substr(0, length)) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0u) != 0x80u) units += byte >= 0xF0u ? 2 : 1;
    }
    return units;
}

void Citations::send(Element grounding, std::uint32_t choice, EventSink& sink) const {
    const std::vector<Page> pages = read_pages(grounding);
    const auto supports = get_array(grounding, "groundingSupports");
    if (!supports) return;
    std::size_t seen = 0;
    std::size_t sent = 0;
    for (const Element support : *supports) {
        if (++seen > kSupportsMax) return;
        const auto segment = get_object(support, "segment");
        const auto indices = get_array(support, "groundingChunkIndices");
        if (!segment || !indices) continue;
        const std::int64_t begin = units(get_int(*segment, "startIndex").value_or(0));
        const std::int64_t end = units(get_int(*segment, "endIndex").value_or(0));
        for (const Element element : *indices) {
            std::int64_t index = 0;
            if (!element.get(index) || index < 0 || std::size_t(index) >= pages.size()) continue;
            const Page& page = pages[static_cast<std::size_t>(index)];
            if (page.url.empty() || page.url.size() > kUrlBytesMax) continue;
            if (++sent > kCitationsMax) return;
            std::string json;
            JsonWriter writer(json);
            writer.begin_object().field("type", "url_citation").key("url_citation").begin_object();
            writer.field("url", page.url).field("title", page.title.substr(0, kTitleBytesMax));
            writer.field("start_index", begin).field("end_index", end).end_object().end_object();
            sink.on_event(AnnotationEvent{.choice = choice, .json = json});
        }
    }
}

}  // namespace breakwater::google
