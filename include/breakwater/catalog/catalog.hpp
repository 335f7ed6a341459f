#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/catalog/model.hpp"

namespace breakwater {

/// The curated catalogue: all models of config/catalog/*.yaml, which are compiled into the binary. Immutable.
class Catalog {
public:
    /// The catalogue that was compiled in, as tables: made at the first call in well under a millisecond; thread-safe;
    /// lives for ever.
    static const Catalog& builtin();
    /// From YAML texts (vendor file name, content), for tests. The Error names file and line.
    static Result<Catalog> parse(const std::vector<std::pair<std::string, std::string>>& files);
    /// From facts in any order; vendor and id together are unique.
    static Catalog from_models(std::vector<ModelFacts> models);

    /// By "vendor/id", or null.
    [[nodiscard]] const ModelFacts* find(std::string_view vendor, std::string_view id) const noexcept;
    /// By a `like:` reference: "vendor/id", or a bare id that only one vendor has. Null when unknown or ambiguous.
    [[nodiscard]] const ModelFacts* find_reference(std::string_view reference) const noexcept;
    [[nodiscard]] const std::vector<ModelFacts>& models() const noexcept { return models_; }
    /// All references ("vendor/id"), for did-you-mean.
    [[nodiscard]] std::vector<std::string_view> references() const;

private:
    std::vector<ModelFacts> models_;       // sorted by vendor, then id
    std::vector<std::string> references_;  // same order
};

}  // namespace breakwater
