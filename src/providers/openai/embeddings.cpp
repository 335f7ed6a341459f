#include "embeddings.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/vectors.hpp"
#include "../shared/whole_answer.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

class EmbeddingDecoder final : public WholeAnswerDecoder {
public:
    explicit EmbeddingDecoder(std::size_t inputs) : inputs_(inputs) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        const auto data = get_array(root, "data");
        if (!data) return invalid_answer("JSON without a list of vectors");
        sink.on_event(MessageStart{.model = get_string(root, "model").value_or("")});
        Vectors vectors(inputs_);
        for (const JsonReader::Element item : *data) {
            const auto vector = get_value(item, "embedding");
            if (!vector) return invalid_answer("an embedding without its vector");
            const auto index = get_int(item, "index");
            const auto added =
                index && *index >= 0 ? vectors.add(static_cast<std::size_t>(*index), *vector) : vectors.add(*vector);
            if (!added) return added;
        }
        if (auto emitted = vectors.emit(sink); !emitted) return emitted;
        if (const auto counts = get_object(root, "usage")) {
            if (auto usage = read_embedding_usage(*counts)) sink.on_event(UsageEvent{*usage});
        }
        return {};
    }

    std::size_t inputs_;
};

void write_inputs(JsonWriter& json, const EmbeddingRequest& request) {
    json.key("input").begin_array();
    for (const EmbeddingInput& input : request.inputs) {
        if (input.tokens.empty()) {
            json.string(input.text);
        } else {
            json.raw(input.tokens);
        }
    }
    json.end_array();
}

/// Servers other than OpenAI's have more members, and each of its own.
void write_rest(JsonWriter& json, const EmbeddingRequest& request, const config::Quirks& quirks, EncodeNotes& notes) {
    if (!request.input_type.empty()) {
        if (quirks.official) {
            notes.change("input_type", AdaptAction::dropped);
        } else {
            json.field("input_type", request.input_type);
        }
    }
    for (const auto& [name, value] : request.extensions) json.raw_field(name, value);
}

}  // namespace

Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    if (!context.deployment.capabilities.supports(Feature::token_input)) refuse_tokens(request, notes);
    ProviderCall call;
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model);
    write_inputs(json, request);
    if (quirks.vectors == config::VectorForm::base64) json.field("encoding_format", "base64");
    if (const auto dimensions = wanted_dimensions(request, context, notes)) json.field(quirks.dimensions, *dimensions);
    if (!request.user.empty()) {
        if (context.deployment.capabilities.rule(Parameter::user).support == Support::absent) {
            notes.record("user", AdaptAction::dropped);
        } else {
            json.field("user", request.user);
        }
    }
    write_rest(json, request, quirks, notes);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<EmbeddingDecoder>(request.inputs.size());
    return call;
}

}  // namespace breakwater::openai
