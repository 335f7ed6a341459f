#include "embeddings.hpp"

#include <array>

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/vectors.hpp"
#include "operation_decoder.hpp"

namespace breakwater::cohere {
namespace {

constexpr std::array<std::string_view, 2> kOwnMembers{"truncate", "priority"};

class EmbeddingDecoder final : public OperationDecoder {
public:
    explicit EmbeddingDecoder(std::size_t inputs) : inputs_(inputs) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        const auto by_type = get_object(root, "embeddings");
        const auto list = by_type ? get_array(*by_type, "float") : get_array(root, "embeddings");
        if (!list) return invalid_answer("JSON without a list of vectors");
        Vectors vectors(inputs_);
        for (const JsonReader::Element vector : *list) {
            if (auto added = vectors.add(vector); !added) return added;
        }
        if (auto emitted = vectors.emit(sink); !emitted) return emitted;
        emit_billed_tokens(root, sink);
        return {};
    }

    std::size_t inputs_;
};

}  // namespace

Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_tokens(request, notes);
    ProviderCall call{.request = json_post("/v2/embed")};
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).field("input_type", cohere_input_type(request));
    json.key("texts").begin_array();
    for (const EmbeddingInput& input : request.inputs) json.string(input.text);
    json.end_array().key("embedding_types").begin_array().string("float").end_array();
    if (const auto dimensions = wanted_dimensions(request, context, notes)) json.field("output_dimension", *dimensions);
    write_extensions(json, request.extensions, kOwnMembers);
    json.end_object();
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    drop_extensions(request.extensions, kOwnMembers, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<EmbeddingDecoder>(request.inputs.size());
    return call;
}

}  // namespace breakwater::cohere
