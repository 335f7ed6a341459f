#include "openai_media.hpp"

#include <array>

#include "breakwater/base/strings.hpp"
#include "data_uri.hpp"

namespace breakwater::ingress {
namespace {

constexpr std::string_view kBadDataUri = "expected data:<media type>;base64,<data>";
constexpr std::array<std::string_view, 4> kDetails{"auto", "low", "high", "original"};

}  // namespace

bool read_image_url(const Value& url, ImagePart& image) {
    if (!url.is_string()) return url.wrong_type("a string");
    if (is_data_uri(url.text())) {
        std::optional<DataUri> uri = parse_data_uri(url.text());
        if (!uri) return url.fail("invalid_image_url", kBadDataUri);
        image.media_type = std::move(uri->media_type);
        image.data = url.client_text(uri->data);
        return true;
    }
    if (!is_url(url.text())) return url.fail("invalid_image_url", "expected a URL or a data URI");
    image.url = url.text();
    return true;
}

bool read_detail(const Value& holder, ImagePart& image) {
    const std::optional<Value> detail = holder.find("detail");
    return !detail || detail->read_word(image.detail, kDetails);
}

bool read_file_data(const Value& data, FilePart& file) {
    if (!data.is_string()) return data.wrong_type("a string");
    if (is_data_uri(data.text())) {
        std::optional<DataUri> uri = parse_data_uri(data.text());
        if (!uri) return data.fail("invalid_value", kBadDataUri);
        file.media_type = std::move(uri->media_type);
        file.data = data.client_text(uri->data);
    } else if (is_url(data.text())) {
        file.url = data.text();
    } else if (data.text().empty()) {
        return data.wrong_value("a data URI");
    } else {
        const bool pdf = file.filename.empty() || to_lower(file.filename).ends_with(".pdf");
        file.media_type = pdf ? "application/pdf" : "application/octet-stream";
        file.data = data.client_text();
    }
    return true;
}

}  // namespace breakwater::ingress
