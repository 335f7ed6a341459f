#include "image_request.hpp"

#include <array>
#include <cmath>

#include "../shared/image_request.hpp"

namespace breakwater::google {
namespace {

struct Ratio {
    std::string_view word;
    double value;
};
constexpr std::array<Ratio, 5> kRatios{
    {{"1:1", 1.0}, {"4:3", 4.0 / 3}, {"3:4", 3.0 / 4}, {"16:9", 16.0 / 9}, {"9:16", 9.0 / 16}}};

/// The nearest shape that these models draw.
std::string_view nearest_ratio(const ImageSize& size) {
    const double wanted = std::log(static_cast<double>(size.width) / static_cast<double>(size.height));
    const Ratio* best = kRatios.data();
    for (const Ratio& each : kRatios) {
        if (std::abs(std::log(each.value) - wanted) < std::abs(std::log(best->value) - wanted)) best = &each;
    }
    return best->word;
}

}  // namespace

bool is_imagen(std::string_view model) noexcept {
    return model.find("imagen") != std::string_view::npos;
}

std::string_view wanted_ratio(const ImageRequest& request, EncodeNotes& notes) {
    const auto size = wanted_size(request, notes);
    if (!size) return {};
    notes.change("size", AdaptAction::mapped);
    return nearest_ratio(*size);
}

void note_what_stays_behind(const ImageRequest& request, EncodeNotes& notes) {
    if (!request.quality.empty() && request.quality != "auto") notes.change("quality", AdaptAction::dropped);
    note_plain_pictures(request, notes);
}

void write_image_config(JsonWriter& json, std::string_view ratio) {
    json.key("generationConfig").begin_object().key("responseModalities").begin_array();
    json.string("TEXT").string("IMAGE").end_array();
    if (!ratio.empty()) json.key("imageConfig").begin_object().field("aspectRatio", ratio).end_object();
    json.end_object();
}

}  // namespace breakwater::google
