#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "breakwater/catalog/model.hpp"

/// The catalogue as constant data. `breakwater_catalog_embed` writes a source file with these tables from
/// config/catalog/*.yaml while the project is built, because reading YAML at each start would cost more than all the
/// rest of the start.
namespace breakwater::catalog {

using Words = std::span<const std::string_view>;

struct FeatureRow {
    Feature feature;
    Support support;
};

struct RuleRow {
    Parameter parameter;
    Support support;
    std::optional<double> min;
    std::optional<double> max;
    std::optional<std::int64_t> count_max;
    Words values;
    std::optional<bool> refused_while_reasoning;
    std::optional<bool> essential;
    Words excludes;
};

struct CapabilityRow {
    std::span<const FeatureRow> features;
    std::span<const RuleRow> rules;
};

struct ModelRow {
    std::string_view vendor;
    std::string_view id;
    std::string_view name;
    ModelMode mode;
    std::string_view api;
    std::optional<std::int64_t> context;
    std::optional<std::int64_t> max_input;
    std::optional<std::int64_t> max_output;
    Words input_modalities;
    Words output_modalities;
    Price price;
    std::string_view released;
    std::string_view deprecated;
    std::string_view status;
    std::optional<std::int64_t> embedding_dimensions;
    std::size_t capabilities;  ///< index into `capability_rows()`
};

/// Defined in the generated file.
std::span<const CapabilityRow> capability_rows() noexcept;
std::span<const ModelRow> model_rows() noexcept;

}  // namespace breakwater::catalog
