#include <optional>

#include "../shared/json_fields.hpp"
#include "breakwater/ingress/google_models.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

using ingress::write_known;

void write_methods(JsonWriter& json, ModelMode mode) {
    json.key("supportedGenerationMethods").begin_array();
    if (mode == ModelMode::chat) json.string("generateContent").string("countTokens");
    if (mode == ModelMode::embedding) json.string("embedContent").string("batchEmbedContents");
    json.end_array();
}

void write_model(JsonWriter& json, const ModelEntry& model) {
    json.begin_object().field("name", "models/" + model.id).field("version", "").field("displayName", model.id);
    write_known(json, "inputTokenLimit", model.facts.context);
    write_known(json, "outputTokenLimit", model.facts.max_output);
    write_methods(json, model.facts.mode);
    const Support reasoning = model.capabilities.feature(Feature::reasoning);
    if (reasoning != Support::unknown) json.field("thinking", reasoning != Support::absent);
    if (const auto most = model.capabilities.rule(Parameter::temperature).max) json.field("maxTemperature", *most);
    json.end_object();
}

}  // namespace

std::string google_models_list_json(std::span<const ModelEntry> models) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("models").begin_array();
    for (const ModelEntry& model : models) write_model(json, model);
    json.end_array().end_object();
    return body;
}

std::string google_model_json(const ModelEntry& model) {
    std::string body;
    JsonWriter json(body);
    write_model(json, model);
    return body;
}

}  // namespace breakwater
