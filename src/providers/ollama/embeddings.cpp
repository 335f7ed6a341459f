#include "embeddings.hpp"

#include <algorithm>
#include <array>

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/vectors.hpp"
#include "../shared/whole_answer.hpp"
#include "errors.hpp"

namespace breakwater::ollama {
namespace {

constexpr std::array<std::string_view, 3> kOwnMembers{"truncate", "keep_alive", "options"};

class EmbeddingDecoder final : public WholeAnswerDecoder {
public:
    explicit EmbeddingDecoder(std::size_t inputs) : inputs_(inputs) {}

private:
    Result<void> read(JsonReader::Element root, EventSink& sink) override {
        const auto list = get_array(root, "embeddings");
        if (!list) return invalid_answer("JSON without a list of vectors");
        sink.on_event(MessageStart{.model = get_string(root, "model").value_or("")});
        Vectors vectors(inputs_);
        for (const JsonReader::Element vector : *list) {
            if (auto added = vectors.add(vector); !added) return added;
        }
        if (auto emitted = vectors.emit(sink); !emitted) return emitted;
        if (const auto tokens = get_int(root, "prompt_eval_count"))
            sink.on_event(UsageEvent{{.input_uncached = *tokens, .output = 0}});
        return {};
    }

    [[nodiscard]] Error answer_error(std::string_view body) const override {
        return ollama::answer_error(body, context());
    }

    std::size_t inputs_;
};

bool has_member(const EmbeddingRequest& request, std::string_view name) {
    return std::ranges::any_of(request.extensions, [&](const auto& member) { return member.first == name; });
}

}  // namespace

Result<ProviderCall> encode_embeddings(const EmbeddingRequest& request, const EncodeContext& context) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_tokens(request, notes);
    ProviderCall call{.request = json_post("/api/embed")};
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).key("input").begin_array();
    for (const EmbeddingInput& input : request.inputs) json.string(input.text);
    json.end_array();
    if (const auto dimensions = wanted_dimensions(request, context, notes)) json.field("dimensions", *dimensions);
    // What does not fit would be cut without a word.
    if (!has_member(request, "truncate")) json.field("truncate", false);
    write_extensions(json, request.extensions, kOwnMembers);
    json.end_object();
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    if (!request.input_type.empty()) notes.change("input_type", AdaptAction::dropped);
    drop_extensions(request.extensions, kOwnMembers, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<EmbeddingDecoder>(request.inputs.size());
    return call;
}

}  // namespace breakwater::ollama
