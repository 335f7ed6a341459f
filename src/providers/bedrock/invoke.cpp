#include "invoke.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/ranks.hpp"
#include "../shared/vectors.hpp"
#include "invoke_decoder.hpp"
#include "request.hpp"

namespace breakwater::bedrock {
namespace {

constexpr std::size_t kCohereBatch = 96;

/// The vendor stands in the model's id, behind that of a region at most: "us.cohere.embed-v4:0".
bool is_cohere(std::string_view model) noexcept {
    return model.find("cohere.") != std::string_view::npos;
}

class EmbeddingDecoder final : public InvokeDecoder {
public:
    explicit EmbeddingDecoder(std::size_t inputs) : inputs_(inputs) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        Vectors vectors(inputs_);
        if (const auto one = get_array(root, "embedding")) {
            if (auto added = vectors.add(*get_value(root, "embedding")); !added) return added;
        } else {
            const auto by_type = get_object(root, "embeddings");
            const auto list = by_type ? get_array(*by_type, "float") : get_array(root, "embeddings");
            if (!list) return invalid_answer("JSON without a vector");
            for (const JsonReader::Element vector : *list) {
                if (auto added = vectors.add(vector); !added) return added;
            }
        }
        if (auto emitted = vectors.emit(sink); !emitted) return emitted;
        emit_usage(sink);
        return {};
    }

    std::size_t inputs_;
};

class RerankDecoder final : public InvokeDecoder {
public:
    explicit RerankDecoder(std::size_t documents) : documents_(documents) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        const auto results = get_array(root, "results");
        if (!results) return invalid_answer("JSON without a list of ranks");
        if (auto emitted = emit_ranks(*results, "relevance_score", documents_, sink); !emitted) return emitted;
        emit_usage(sink);
        return {};
    }

    std::size_t documents_;
};

void finish(HttpRequest& http, const EncodeContext& context, const Endpoint& endpoint) {
    http.method = "POST";
    http.target = invoke_target(context.deployment.model, false);
    write_headers(http, context, endpoint, "application/json");
}

void write_titan(JsonWriter& json, const EmbeddingRequest& request, std::optional<std::int64_t> dimensions,
                 EncodeNotes& notes) {
    if (!request.input_type.empty()) notes.change("input_type", AdaptAction::dropped);
    json.field("inputText", request.inputs.front().text);
    if (dimensions) json.field("dimensions", *dimensions);
}

void write_cohere(JsonWriter& json, const EmbeddingRequest& request, std::optional<std::int64_t> dimensions) {
    json.key("texts").begin_array();
    for (const EmbeddingInput& input : request.inputs) json.string(input.text);
    json.end_array();
    json.field("input_type", cohere_input_type(request));
    if (dimensions) json.field("output_dimension", *dimensions);
}

}  // namespace

Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_tokens(request, notes);
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    drop_extensions(request.extensions, {}, notes);
    const auto dimensions = wanted_dimensions(request, context, notes);
    ProviderCall call;
    JsonWriter json(call.request.body);
    json.begin_object();
    if (is_cohere(context.deployment.model)) {
        write_cohere(json, request, dimensions);
    } else {
        write_titan(json, request, dimensions, notes);
    }
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    finish(call.request, context, endpoint);
    call.decoder = std::make_unique<EmbeddingDecoder>(request.inputs.size());
    return call;
}

std::size_t embedding_batch(const Deployment& deployment) noexcept {
    return is_cohere(deployment.model) ? kCohereBatch : 1;
}

Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    JsonWriter json(call.request.body);
    json.begin_object().field("query", request.query).key("documents").begin_array();
    for (const std::string& document : request.documents) json.string(document);
    json.end_array();
    if (request.top_n) json.field("top_n", *request.top_n);
    if (is_cohere(context.deployment.model)) json.field("api_version", 2);
    json.end_object();
    if (request.max_tokens_per_doc) notes.change("max_tokens_per_doc", AdaptAction::dropped);
    drop_extensions(request.extensions, {}, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    finish(call.request, context, endpoint);
    call.decoder = std::make_unique<RerankDecoder>(request.documents.size());
    return call;
}

}  // namespace breakwater::bedrock
