#include "image_request.hpp"

#include <array>
#include <cmath>

#include "../shared/image_answer.hpp"
#include "../shared/operation_request.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::google {
namespace {

struct Ratio {
    std::string_view word;
    double value;
};
constexpr std::array<Ratio, 5> kRatios{
    {{"1:1", 1.0}, {"4:3", 4.0 / 3}, {"3:4", 3.0 / 4}, {"16:9", 16.0 / 9}, {"9:16", 9.0 / 16}}};

/// The nearest shape that these models draw, for a size "1536x1024"; empty when it is none.
std::string_view ratio_of(std::string_view size) {
    const std::size_t times = size.find('x');
    if (times == std::string_view::npos) return {};
    const auto width = parse_u64(size.substr(0, times));
    const auto height = parse_u64(size.substr(times + 1));
    if (!width || !height || *width == 0 || *height == 0) return {};
    const double wanted = std::log(static_cast<double>(*width) / static_cast<double>(*height));
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

void bound_count(const ImageRequest& request, const std::string& model, std::size_t most, EncodeNotes& notes) {
    if (request.count() > most)
        notes.lose("n", "The model " + model + " makes at most " + std::to_string(most) + " pictures in a call.");
}

std::string_view wanted_ratio(const ImageRequest& request, EncodeNotes& notes) {
    if (request.size.empty() || request.size == "auto") return {};
    const std::string_view ratio = ratio_of(request.size);
    if (ratio.empty()) {
        notes.reject({ErrorKind::invalid_request, "size: expected auto or a size such as 1024x1024", "size"});
    } else {
        notes.change("size", AdaptAction::mapped);
    }
    return ratio;
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
