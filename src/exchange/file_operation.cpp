#include "breakwater/exchange/file_operation.hpp"

#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/providers/owned_answer.hpp"
#include "breakwater/wire/client_body.hpp"

namespace breakwater {

Result<void> FileOperation::decode(std::string& body, JsonReader& reader) {
    if (kind_ == Kind::batch) {
        if (auto read = read_batch(body, reader); !read) return read;
    }
    return RelayOperation::decode(body, reader);
}

// The id of the file becomes the provider's own; the rest of the text stays as it is.
Result<void> FileOperation::read_batch(std::string& body, JsonReader& reader) {
    constexpr const char* kName = "input_file_id";
    const auto root = parse_client_body(body, reader);
    if (!root) return std::unexpected(root.error());
    const auto owned = read_owned_id(get_string(*root, kName).value_or(""));
    const std::string_view raw = (*root)[kName].raw();
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

std::unique_ptr<ResponseDecoder> FileOperation::make_decoder(const EncodeContext& context) const {
    if (kind_ == Kind::content) return RelayOperation::make_decoder(context);
    return make_owned_answer(provider_, context.credential);
}

}  // namespace breakwater
