#include "breakwater/exchange/message_file_operation.hpp"

#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/named_files.hpp"
#include "breakwater/providers/owned_answer.hpp"
#include "breakwater/wire/client_body.hpp"

namespace breakwater {

Result<void> MessageFileOperation::decode(std::string& body, JsonReader& reader) {
    if (kind_ == Kind::batch) {
        if (auto read = read_batch(body, reader); !read) return read;
    }
    return RelayOperation::decode(body, reader);
}

// The ids of files become the provider's own; the rest of the text stays as it is.
Result<void> MessageFileOperation::read_batch(std::string& body, JsonReader& reader) {
    const auto root = parse_client_body(body, reader);
    if (!root) return std::unexpected(root.error());
    const auto requests = get_array(*root, "requests");
    if (!requests || requests->begin() == requests->end())
        return fail(ErrorKind::invalid_request,
                    "requests: expected a list of requests for messages, {\"custom_id\", \"params\"} each", "requests");
    auto files = take_named_files(body, NamesFilesIn::batch, reader);
    if (!files) return std::unexpected(std::move(files.error()));
    if (files->provider.empty()) return {};
    if (named_ && files->provider != provider_)
        return fail(ErrorKind::invalid_request,
                    "The header x-breakwater-provider names " + provider_ +
                        ", and the files of the batch are kept by " + sanitise_provider_text(files->provider, 100) +
                        ". Leave the header out, or upload them to " + provider_ + ".",
                    "x-breakwater-provider");
    provider_ = std::move(files->provider);
    body = std::move(files->body);
    add_header("anthropic-beta", std::string(kAnthropicFilesBeta));
    return {};
}

std::unique_ptr<ResponseDecoder> MessageFileOperation::make_decoder(const EncodeContext& context) const {
    return kind_ == Kind::content ? make_owned_message_content(provider_, context.credential)
                                  : make_owned_message_answer(provider_, context.credential);
}

}  // namespace breakwater
