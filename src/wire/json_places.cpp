#include "breakwater/wire/json_places.hpp"

#include <simdjson.h>

namespace breakwater {

struct JsonPlaces::Stage {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

namespace {

/// Of simdjson's second stage, which is not run.
constexpr std::size_t kDepthUnused = 1;

/// Room for texts that are a little longer than those so far spares the next of them.
constexpr std::size_t room_for(std::size_t bytes) noexcept {
    return bytes + bytes / 8 + 1024;
}

}  // namespace

JsonPlaces::JsonPlaces() = default;
JsonPlaces::~JsonPlaces() = default;

JsonRefusal JsonPlaces::find(std::string_view text) {
    if (text.empty()) return JsonRefusal::malformed;
    if (text.size() > capacity()) {
        if (room_for(text.size()) > simdjson::SIMDJSON_MAXSIZE_BYTES) return JsonRefusal::too_large;
        // The old room is given back first: both would be held otherwise.
        release();
        auto stage = std::make_unique<Stage>();
        const simdjson::implementation* const simd = simdjson::get_active_implementation();
        if (simd->create_dom_parser_implementation(room_for(text.size()), kDepthUnused, stage->parser))
            return JsonRefusal::too_large;
        stage_ = std::move(stage);
    }
    auto& parser = stage_->parser;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const simdjson::error_code found = parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
    if (found == simdjson::SUCCESS) {
        // There is room for three more than there can be places.
        parser->structural_indexes[parser->n_structural_indexes] = static_cast<std::uint32_t>(text.size());
        return JsonRefusal::none;
    }
    return found == simdjson::UTF8_ERROR ? JsonRefusal::bad_utf8 : JsonRefusal::malformed;
}

const std::uint32_t* JsonPlaces::data() const noexcept {
    return stage_->parser->structural_indexes.get();
}

std::size_t JsonPlaces::size() const noexcept {
    return stage_->parser->n_structural_indexes;
}

std::size_t JsonPlaces::capacity() const noexcept {
    return stage_ ? stage_->parser->capacity() : 0;
}

void JsonPlaces::release() noexcept {
    stage_.reset();
}

}  // namespace breakwater
