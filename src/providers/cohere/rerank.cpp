#include "rerank.hpp"

#include <array>

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/ranks.hpp"
#include "operation_decoder.hpp"

namespace breakwater::cohere {
namespace {

constexpr std::array<std::string_view, 1> kOwnMembers{"priority"};

class RerankDecoder final : public OperationDecoder {
public:
    explicit RerankDecoder(std::size_t documents) : documents_(documents) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        const auto results = get_array(root, "results");
        if (!results) return invalid_answer("JSON without a list of ranks");
        sink.on_event(MessageStart{.id = get_string(root, "id").value_or("")});
        if (auto emitted = emit_ranks(*results, "relevance_score", documents_, sink); !emitted) return emitted;
        emit_billed_tokens(root, sink);
        return {};
    }

    std::size_t documents_;
};

}  // namespace

Result<ProviderCall> encode_rerank(const RerankRequest& request, const EncodeContext& context) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call{.request = json_post("/v2/rerank")};
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).field("query", request.query);
    json.key("documents").begin_array();
    for (const std::string& document : request.documents) json.string(document);
    json.end_array();
    if (request.top_n) json.field("top_n", *request.top_n);
    if (request.max_tokens_per_doc) json.field("max_tokens_per_doc", *request.max_tokens_per_doc);
    write_extensions(json, request.extensions, kOwnMembers);
    json.end_object();
    drop_extensions(request.extensions, kOwnMembers, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<RerankDecoder>(request.documents.size());
    return call;
}

}  // namespace breakwater::cohere
