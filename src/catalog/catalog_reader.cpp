#include "catalog_reader.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

#include "breakwater/catalog/catalog.hpp"
#include "capability_reader.hpp"
#include "yaml_fields.hpp"

namespace breakwater::catalog {
namespace {

using Profiles = std::map<std::string, Capabilities, std::less<>>;

/// A price of 0 is stated only for what is free; what nobody states stays unknown.
std::optional<double> read_amount(const YAML::Node& node) {
    if (!node.IsDefined()) return std::nullopt;
    const double amount = read_number(node);
    if (amount < 0) reject(node, "expected a price of 0 or more");
    return amount;
}

Price read_price(const YAML::Node& node) {
    Fields fields(node, "price");
    Price price;
    price.input = read_amount(fields.take("input"));
    price.cached = read_amount(fields.take("cached"));
    price.cache_write = read_amount(fields.take("cache_write"));
    price.cache_write_1h = read_amount(fields.take("cache_write_1h"));
    price.output = read_amount(fields.take("output"));
    price.reasoning = read_amount(fields.take("reasoning"));
    fields.finish();
    return price;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::count(words, word) > 0;
}

/// What mode and stated modalities imply. A missing "pdf" says nothing: many vendors turn pages into images by
/// themselves.
Capabilities implied_features(const ModelFacts& model) {
    Capabilities map;
    if (model.mode == ModelMode::completion) map.set(Feature::completions, Support::native);
    if (model.mode == ModelMode::chat && !model.input_modalities.empty()) {
        const bool image = has(model.input_modalities, "image");
        map.set(Feature::image_input, image ? Support::native : Support::absent);
        if (!image) map.set(Feature::image_url_input, Support::absent);
        map.set(Feature::audio_input, has(model.input_modalities, "audio") ? Support::native : Support::absent);
        if (has(model.input_modalities, "pdf")) map.set(Feature::pdf_input, Support::native);
    }
    if (model.mode == ModelMode::chat && !model.output_modalities.empty()) {
        map.set(Feature::audio_output, has(model.output_modalities, "audio") ? Support::native : Support::absent);
    }
    return map;
}

void overlay_profiles(const YAML::Node& node, const Profiles& profiles, Capabilities& map) {
    if (!node.IsDefined()) return;
    const auto names = node.IsSequence() ? read_words(node) : std::vector{read_text(node)};
    for (const std::string& name : names) {
        const auto profile = profiles.find(name);
        if (profile == profiles.end()) reject(node, "unknown profile \"" + name + "\"");
        map.overlay(profile->second);
    }
}

std::optional<std::int64_t> optional_count(const YAML::Node& node) {
    if (!node.IsDefined()) return std::nullopt;
    return read_count(node);
}

std::vector<std::string> read_modalities(const YAML::Node& node) {
    if (!node.IsDefined()) return {};
    auto words = read_words(node);
    for (const std::string& word : words) {
        static const std::vector<std::string> kKnown = {"text", "image", "audio", "video", "pdf"};
        if (!has(kKnown, word)) reject(node, "unknown modality \"" + word + "\"");
    }
    return words;
}

ModelMode read_mode(const YAML::Node& node) {
    if (!node.IsDefined()) return ModelMode::chat;
    const auto mode = model_mode_from(read_text(node));
    if (!mode) {
        reject(node,
               "expected chat, completion, embedding, rerank, moderation, image, speech, transcription or realtime, "
               "got \"" +
                   node.Scalar() + "\"");
    }
    return *mode;
}

std::string read_status(const YAML::Node& node) {
    if (!node.IsDefined()) return {};
    std::string status = read_text(node);
    if (status != "alpha" && status != "beta" && status != "deprecated") {
        reject(node, "expected alpha, beta or deprecated, got \"" + status + "\"");
    }
    return status;
}

std::string read_api(const YAML::Node& node) {
    if (!node.IsDefined()) return {};
    if (read_text(node) != "responses") reject(node, "expected responses, got \"" + node.Scalar() + "\"");
    return node.Scalar();
}

/// Layers of a model's map, lowest first: the file's defaults, modalities, profiles in their order, the model's own
/// words.
ModelFacts read_model(const YAML::Node& node, std::string_view vendor, const Capabilities& defaults,
                      const Profiles& profiles) {
    Fields fields(node, "model");
    ModelFacts model;
    model.vendor = vendor;
    model.id = read_text(fields.require("id"));
    if (auto name = fields.take("name"); name.IsDefined()) model.name = read_text(name);
    model.mode = read_mode(fields.take("mode"));
    model.api = read_api(fields.take("api"));
    model.context = optional_count(fields.take("context"));
    model.max_input = optional_count(fields.take("max_input"));
    model.max_output = optional_count(fields.take("max_output"));
    model.input_modalities = read_modalities(fields.take("input"));
    model.output_modalities = read_modalities(fields.take("output"));
    if (auto price = fields.take("price"); price.IsDefined()) model.price = read_price(price);
    if (auto date = fields.take("released"); date.IsDefined()) model.released = read_date(date);
    if (auto date = fields.take("deprecated"); date.IsDefined()) model.deprecated = read_date(date);
    model.status = read_status(fields.take("status"));
    model.embedding_dimensions = optional_count(fields.take("dimensions"));
    if (model.mode == ModelMode::chat) model.capabilities.overlay(defaults);
    model.capabilities.overlay(implied_features(model));
    overlay_profiles(fields.take("profile"), profiles, model.capabilities);
    model.capabilities.overlay(read_capabilities(fields));
    fields.finish();
    return model;
}

Capabilities read_map(const YAML::Node& node, const std::string& what) {
    if (!node.IsDefined()) return {};
    Fields fields(node, what);
    Capabilities map = read_capabilities(fields);
    fields.finish();
    return map;
}

Profiles read_profiles(const YAML::Node& node) {
    Profiles profiles;
    if (!node.IsDefined()) return profiles;
    Fields unique(node, "profiles");
    for (const auto& entry : node) {
        const std::string name = read_text(entry.first);
        profiles.emplace(name, read_map(entry.second, "profile " + name));
    }
    return profiles;
}

std::vector<ModelFacts> read_file(std::string_view vendor, const std::string& text) {
    Fields fields(YAML::Load(text), "catalogue file");
    const YAML::Node stated = fields.require("vendor");
    if (read_text(stated) != vendor)
        reject(stated, "expected vendor: " + std::string(vendor) + ", as the file is named");
    const Capabilities defaults = read_map(fields.take("defaults"), "defaults");
    const Profiles profiles = read_profiles(fields.take("profiles"));
    const YAML::Node list = fields.require("models");
    fields.finish();
    if (!list.IsSequence()) reject(list, "models: expected a list");
    std::vector<ModelFacts> models;
    for (const auto& node : list) {
        ModelFacts model = read_model(node, vendor, defaults, profiles);
        if (std::ranges::find(models, model.id, &ModelFacts::id) != models.end()) {
            reject(node, "model \"" + model.id + "\" stands twice");
        }
        models.push_back(std::move(model));
    }
    return models;
}

}  // namespace

Result<std::vector<ModelFacts>> read_catalog_file(std::string_view vendor, const std::string& text) {
    try {
        return read_file(vendor, text);
    } catch (const YAML::Exception& defect) {
        return fail(ErrorKind::internal,
                    std::string(vendor) + ".yaml:" + std::to_string(defect.mark.line + 1) + ": " + defect.msg);
    }
}

}  // namespace breakwater::catalog

namespace breakwater {

Result<Catalog> Catalog::parse(const std::vector<std::pair<std::string, std::string>>& files) {
    std::vector<ModelFacts> models;
    for (const auto& [file, text] : files) {
        // "openai" and "config/catalog/openai.yaml" are the same vendor.
        std::string_view vendor(file);
        if (const auto slash = vendor.rfind('/'); slash != std::string_view::npos) vendor.remove_prefix(slash + 1);
        if (vendor.ends_with(".yaml")) vendor.remove_suffix(5);
        auto more = catalog::read_catalog_file(vendor, text);
        if (!more) return std::unexpected(std::move(more.error()));
        std::ranges::move(*more, std::back_inserter(models));
    }
    return from_models(std::move(models));
}

}  // namespace breakwater
