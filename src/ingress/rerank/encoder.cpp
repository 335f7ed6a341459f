#include <algorithm>
#include <vector>

#include "../shared/whole_json_encoder.hpp"
#include "breakwater/ingress/rerank.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

class RerankEncoder final : public ingress::WholeJsonEncoder {
public:
    RerankEncoder(EncoderContext&& context, const RerankRequest& request)
        : id_(std::move(context.response_id)),
          model_(std::move(context.model)),
          top_(static_cast<std::size_t>(
              std::min(request.top_n.value_or(static_cast<std::int64_t>(request.documents.size())),
                       static_cast<std::int64_t>(request.documents.size())))) {
        // The request may be gone when the answer is written.
        if (request.return_documents) documents_ = request.documents;
    }

private:
    void take(const StreamEvent& event) override {
        if (const auto* rank = std::get_if<RankEvent>(&event)) ranks_.push_back(*rank);
    }

    void end() override {
        std::ranges::sort(ranks_, [](const RankEvent& a, const RankEvent& b) {
            return a.score != b.score ? a.score > b.score : a.index < b.index;
        });
        if (ranks_.size() > top_) ranks_.resize(top_);
        JsonWriter json(out_);
        json.begin_object().field("id", id_).field("object", "rerank").field("model", model_);
        json.key("results").begin_array();
        for (const RankEvent& rank : ranks_) {
            json.begin_object().field("index", std::int64_t{rank.index}).field("relevance_score", rank.score);
            if (!documents_.empty())
                json.key("document").begin_object().field("text", documents_[rank.index]).end_object();
            json.end_object();
        }
        json.end_array().key("usage");
        if (const auto prompt = usage_ ? usage_->prompt_total() : std::nullopt) {
            json.begin_object().field("prompt_tokens", *prompt).field("total_tokens", *prompt).end_object();
        } else {
            json.null();
        }
        json.end_object();
    }

    std::string id_;
    std::string model_;
    std::size_t top_;
    std::vector<std::string> documents_{};
    std::vector<RankEvent> ranks_{};
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_rerank_encoder(EncoderContext&& context, const RerankRequest& request) {
    return std::make_unique<RerankEncoder>(std::move(context), request);
}

}  // namespace breakwater
