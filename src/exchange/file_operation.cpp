#include "breakwater/exchange/file_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/ingress/bytes.hpp"
#include "breakwater/providers/owned_answer.hpp"
#include "breakwater/providers/relayed_answer.hpp"

namespace breakwater {

Result<void> FileOperation::decode(std::string& body, JsonReader& reader) {
    if (kind_ == Kind::batch) {
        if (auto read = read_batch(body, reader); !read) return read;
    }
    if (!body.empty()) request_.body = std::make_shared<const std::string>(std::move(body));
    return {};
}

// The id of the file becomes the provider's own; the rest of the text stays as it is.
Result<void> FileOperation::read_batch(std::string& body, JsonReader& reader) {
    constexpr const char* kName = "input_file_id";
    const auto root = reader.parse(body);
    if (!root) return std::unexpected(root.error());
    if (const auto twice = find_duplicate_key(*root))
        return fail(ErrorKind::invalid_request,
                    "The body has the member " + sanitise_provider_text(*twice, 100) + " twice.");
    const auto owned = read_owned_id(get_string(*root, kName).value_or(""));
    const std::string_view raw = reader.raw_member(body, kName);
    if (!owned || raw.empty())
        return fail(ErrorKind::invalid_request,
                    "input_file_id: expected the id of a file as POST /v1/files of this gateway gave it, "
                    "PROVIDER:ID",
                    kName);
    provider_ = owned->provider;
    const std::string own = "\"" + std::string(owned->id) + "\"";
    body.replace(static_cast<std::size_t>(raw.data() - body.data()), raw.size(), own);
    return {};
}

Result<void> FileOperation::take_wish(JsonReader& /*reader*/, RouteWish& /*wish*/) {
    return {};
}

RequestNeeds FileOperation::needs() const {
    return {};
}

std::uint64_t FileOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> FileOperation::encode(const Provider& provider, const EncodeContext& context,
                                          std::unique_ptr<ResponseDecoder>& decoder) const {
    HttpRequest upstream{.method = request_.method, .target = request_.target, .once = !is_idempotent(request_)};
    for (const auto& [name, value] : request_.headers) upstream.headers.add(name, value);
    if (auto authorised = provider.authorise(upstream.headers, context); !authorised)
        return std::unexpected(std::move(authorised.error()));
    if (request_.body) upstream.tail = SharedTail{.text = request_.body};
    decoder = kind_ == Kind::content ? make_relayed_answer() : make_owned_answer(provider_, context.credential);
    return upstream;
}

std::unique_ptr<ResponseEncoder> FileOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(stream());
}

}  // namespace breakwater
