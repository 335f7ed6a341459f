#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/rerank.hpp"

namespace breakwater {
namespace {

using ingress::Problem;
using ingress::Value;

constexpr std::size_t kDocumentsMax = 10'000;

bool read_documents(const Value& list, RerankRequest& request) {
    if (!list.is_array()) return list.wrong_type("a list of strings");
    if (list.count() == 0) return list.fail("invalid_value", "expected at least one document");
    if (list.count() > kDocumentsMax) return list.fail("array_above_max_length", "expected at most 10000 documents");
    request.documents.reserve(list.count());
    return list.each_item([&](const Value& item) {
        if (item.is_object()) return item.required("text", request.documents.emplace_back());
        return item.read(request.documents.emplace_back());
    });
}

bool read_member(std::string_view name, const Value& value, RerankRequest& request) {
    if (name == "model") return ingress::read_model_name(value, request.model);
    if (name == "query") return value.read(request.query);
    if (name == "documents") return read_documents(value, request);
    if (name == "top_n") return value.read(request.top_n, 1);
    if (name == "return_documents") return value.read(request.return_documents);
    if (name == "max_tokens_per_doc") return value.read(request.max_tokens_per_doc, 1);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_rerank_request(std::string& body, JsonReader& reader, RerankRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) return root.missing("model");
            if (request.query.empty()) return root.missing("query");
            return !request.documents.empty() || root.missing("documents");
        });
}

}  // namespace breakwater
