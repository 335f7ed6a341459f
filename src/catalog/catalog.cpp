#include "breakwater/catalog/catalog.hpp"

#include <algorithm>
#include <tuple>

namespace breakwater {

Catalog Catalog::from_models(std::vector<ModelFacts> models) {
    Catalog catalog;
    catalog.models_ = std::move(models);
    std::ranges::sort(catalog.models_, [](const ModelFacts& a, const ModelFacts& b) {
        return std::tie(a.vendor, a.id) < std::tie(b.vendor, b.id);
    });
    catalog.references_.reserve(catalog.models_.size());
    for (const ModelFacts& model : catalog.models_) catalog.references_.push_back(model.vendor + "/" + model.id);
    return catalog;
}

const ModelFacts* Catalog::find(std::string_view vendor, std::string_view id) const noexcept {
    const auto place = std::ranges::lower_bound(models_, std::pair(vendor, id), {}, [](const ModelFacts& model) {
        return std::pair<std::string_view, std::string_view>(model.vendor, model.id);
    });
    if (place == models_.end() || place->vendor != vendor || place->id != id) return nullptr;
    return &*place;
}

const ModelFacts* Catalog::find_reference(std::string_view reference) const noexcept {
    // Ids may have slashes of their own ("openai/gpt-oss-120b" at two hosts), so "vendor/id" is tried first.
    if (const auto slash = reference.find('/'); slash != std::string_view::npos) {
        const ModelFacts* model = find(reference.substr(0, slash), reference.substr(slash + 1));
        if (model != nullptr) return model;
    }
    const ModelFacts* only = nullptr;
    for (const ModelFacts& model : models_) {
        if (model.id != reference) continue;
        if (only != nullptr) return nullptr;
        only = &model;
    }
    return only;
}

std::vector<std::string_view> Catalog::references() const {
    return {references_.begin(), references_.end()};
}

}  // namespace breakwater
