#include "rerank.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/ranks.hpp"
#include "../shared/whole_answer.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

class RerankDecoder final : public WholeAnswerDecoder {
public:
    explicit RerankDecoder(std::size_t documents) : documents_(documents) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        auto results = get_array(root, "results");
        if (!results) results = get_array(root, "data");  // Voyage
        if (!results) return invalid_answer("JSON without a list of ranks");
        sink.on_event(
            MessageStart{.id = get_string(root, "id").value_or(""), .model = get_string(root, "model").value_or("")});
        if (auto emitted = emit_ranks(*results, "relevance_score", documents_, sink); !emitted) return emitted;
        if (const auto counts = get_object(root, "usage")) {
            if (auto usage = read_embedding_usage(*counts)) sink.on_event(UsageEvent{*usage});
        }
        return {};
    }

    std::size_t documents_;
};

}  // namespace

Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).field("query", request.query);
    json.key("documents").begin_array();
    for (const std::string& document : request.documents) json.string(document);
    json.end_array();
    const bool voyage = quirks.rerank == config::RerankForm::voyage;
    if (request.top_n) json.field(voyage ? std::string_view("top_k") : std::string_view("top_n"), *request.top_n);
    // The gateway has the documents itself.
    json.field("return_documents", false);
    if (request.max_tokens_per_doc) notes.change("max_tokens_per_doc", AdaptAction::dropped);
    for (const auto& [name, value] : request.extensions) json.raw_field(name, value);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<RerankDecoder>(request.documents.size());
    return call;
}

}  // namespace breakwater::openai
