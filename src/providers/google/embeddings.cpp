#include "embeddings.hpp"

#include <algorithm>
#include <array>

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/vectors.hpp"
#include "operation_decoder.hpp"

namespace breakwater::google {
namespace {

class EmbeddingDecoder final : public OperationDecoder {
public:
    EmbeddingDecoder(const EmbeddingRequest& request, bool vertex)
        : inputs_(request.inputs.size()),
          estimated_(estimated_tokens(request)),
          shortened_(request.dimensions.has_value()),
          vertex_(vertex) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        Vectors vectors(inputs_);
        // What is shortened is not of length 1 any more, and the API leaves it so.
        if (shortened_) vectors.normalise();
        const auto list = get_array(root, vertex_ ? "predictions" : "embeddings");
        if (!list) return invalid_answer("JSON without a list of vectors");
        Usage stated;
        for (const JsonReader::Element item : *list) {
            const auto embedding = vertex_ ? get_object(item, "embeddings") : item;
            const auto values = embedding ? get_value(*embedding, "values") : std::nullopt;
            if (!values) return invalid_answer("an embedding without its vector");
            if (auto added = vectors.add(*values); !added) return added;
            if (const auto statistics = get_object(*embedding, "statistics"))
                stated.add({.input_uncached = get_int(*statistics, "token_count")});
        }
        if (auto emitted = vectors.emit(sink); !emitted) return emitted;
        emit_usage(root, stated.input_uncached.value_or(0), sink);
        return {};
    }

    // The Gemini API counts for newer models only.
    void emit_usage(JsonReader::Element root, std::int64_t tokens, EventSink& sink) const {
        if (const auto usage = get_object(root, "usageMetadata"); usage && tokens == 0)
            tokens = get_int(*usage, "promptTokenCount").value_or(0);
        const bool counted = tokens > 0;
        sink.on_event(
            UsageEvent{{.input_uncached = counted ? tokens : estimated_, .output = 0, .estimated = !counted}});
    }

    std::size_t inputs_;
    std::int64_t estimated_;
    bool shortened_;
    bool vertex_;
};

/// The words of OpenAI's relatives for what a vector is for, in those of this API.
std::string task_of(std::string_view input_type) {
    if (input_type == "query" || input_type == "search_query") return "RETRIEVAL_QUERY";
    if (input_type == "document" || input_type == "search_document" || input_type == "passage")
        return "RETRIEVAL_DOCUMENT";
    std::string task(input_type);
    std::ranges::transform(task, task.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return task;
}

void write_gemini(JsonWriter& json, const EmbeddingRequest& request, std::string_view model,
                  std::optional<std::int64_t> dimensions) {
    json.begin_object().key("requests").begin_array();
    for (const EmbeddingInput& input : request.inputs) {
        json.begin_object().field("model", model).key("content").begin_object().key("parts").begin_array();
        json.begin_object().field("text", input.text).end_object().end_array().end_object();
        if (!request.input_type.empty()) json.field("taskType", task_of(request.input_type));
        if (dimensions) json.field("outputDimensionality", *dimensions);
        json.end_object();
    }
    json.end_array().end_object();
}

void write_vertex(JsonWriter& json, const EmbeddingRequest& request, std::optional<std::int64_t> dimensions) {
    json.begin_object().key("instances").begin_array();
    for (const EmbeddingInput& input : request.inputs) {
        json.begin_object().field("content", input.text);
        if (!request.input_type.empty()) json.field("task_type", task_of(request.input_type));
        json.end_object();
    }
    json.end_array();
    if (dimensions) json.key("parameters").begin_object().field("outputDimensionality", *dimensions).end_object();
    json.end_object();
}

}  // namespace

Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_tokens(request, notes);
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    drop_extensions(request.extensions, {}, notes);
    const auto dimensions = wanted_dimensions(request, context, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    const bool vertex = !endpoint.vertex_models.empty();
    const std::string model = model_path(context.deployment.model);
    ProviderCall call{.request = json_post(model_target(context.deployment.model,
                                                        vertex ? ":predict" : ":batchEmbedContents", endpoint))};
    add_access(call.request.headers, context, endpoint);
    JsonWriter json(call.request.body);
    if (vertex) {
        write_vertex(json, request, dimensions);
    } else {
        write_gemini(json, request, model, dimensions);
    }
    call.decoder = std::make_unique<EmbeddingDecoder>(request, vertex);
    return call;
}

std::size_t embedding_batch(const Deployment& deployment, const Endpoint& endpoint) noexcept {
    if (endpoint.vertex_models.empty()) return 100;
    return deployment.model.starts_with("gemini-embedding") ? 1 : 250;
}

}  // namespace breakwater::google
