#include "media_fetcher.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "media_address.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kPartsMax = 16;
constexpr std::string_view kPdf = "application/pdf";
constexpr std::string_view kPdfInBase64 = "JVBERi";  // "%PDF-"

/// A part of a message whose content is elsewhere.
struct Wanted {
    std::string field{};
    std::string* url;
    std::string* media_type;
    ClientText* data;
    bool needed;  ///< no candidate takes the address
};

bool any_lacks(std::span<const Deployment* const> candidates, Feature has, Feature lacks) noexcept {
    return std::ranges::any_of(candidates, [=](const Deployment* each) {
        return each->capabilities.supports(has) && !each->capabilities.supports(lacks);
    });
}

bool any_has(std::span<const Deployment* const> candidates, Feature feature, Feature address) noexcept {
    return std::ranges::any_of(candidates, [=](const Deployment* each) {
        return each->capabilities.supports(feature) && each->capabilities.supports(address);
    });
}

/// Which kinds of parts have to be fetched, and which of them for every candidate.
struct Kinds {
    bool images;
    bool files;
    bool images_needed;
    bool files_needed;

    explicit Kinds(std::span<const Deployment* const> candidates) noexcept
        : images(any_lacks(candidates, Feature::image_input, Feature::image_url_input)),
          files(any_lacks(candidates, Feature::pdf_input, Feature::file_url_input)),
          images_needed(!any_has(candidates, Feature::image_input, Feature::image_url_input)),
          files_needed(!any_has(candidates, Feature::pdf_input, Feature::file_url_input)) {}
    /// Addresses of other schemes are a provider's own to read.
    template <class Part>
    [[nodiscard]] bool want(const Part& part) const noexcept {
        const auto elsewhere = [](std::string_view url) { return istarts_with(url, "http"); };
        if (const auto* image = std::get_if<ImagePart>(&part)) return images && elsewhere(image->url);
        if (const auto* file = std::get_if<FilePart>(&part)) return files && elsewhere(file->url);
        return false;
    }
};

std::vector<Wanted> wanted_parts(ChatRequest& request, Kinds kinds) {
    std::vector<Wanted> wanted;
    for (std::size_t m = 0; m < request.messages.size(); ++m) {
        auto& parts = request.messages[m].parts;
        for (std::size_t p = 0; p < parts.size(); ++p) {
            if (!kinds.want(parts[p])) continue;
            std::string field = "messages[" + std::to_string(m) + "].content[" + std::to_string(p) + "]";
            if (auto* image = std::get_if<ImagePart>(&parts[p])) {
                wanted.push_back(
                    {std::move(field), &image->url, &image->media_type, &image->data, kinds.images_needed});
            } else if (auto* file = std::get_if<FilePart>(&parts[p])) {
                wanted.push_back({std::move(field), &file->url, &file->media_type, &file->data, kinds.files_needed});
            }
        }
    }
    return wanted;
}

Error cannot_fetch(const std::string& field, std::string_view why) {
    Error error(ErrorKind::invalid_request, field + ": could not be fetched: " + std::string(why) + ".", field);
    error.code = "media_not_fetched";
    return error;
}

std::unexpected<Error> failed(std::string why) {
    return fail(ErrorKind::invalid_request, std::move(why));
}

/// The bytes alone decide.
Result<std::string_view> type_of(std::string_view base64) {
    if (base64.starts_with(kPdfInBase64)) return kPdf;
    if (const std::string_view image = sniff_image_type(base64); !image.empty()) return image;
    return failed("expected a PNG, JPEG, GIF or WebP image or a PDF document at the address");
}

HttpRequest get_request(std::string target) {
    HttpRequest request{.method = "GET", .target = std::move(target)};
    request.headers.add("Accept", "image/png, image/jpeg, image/gif, image/webp, application/pdf");
    request.headers.add("User-Agent", "breakwater");
    return request;
}

}  // namespace

bool MediaFetcher::is_needed(const ChatRequest& request, std::span<const Deployment* const> candidates) noexcept {
    const Kinds kinds(candidates);
    if (!kinds.images && !kinds.files) return false;
    return std::ranges::any_of(request.messages, [kinds](const Message& message) {
        return std::ranges::any_of(message.parts, [kinds](const ContentPart& part) { return kinds.want(part); });
    });
}

Task<Boxed<Error>> MediaFetcher::fetch(ChatRequest& request, std::span<const Deployment* const> candidates,
                                       const config::Media& settings, Deadline deadline, CancelSource& gone) {
    const std::vector<Wanted> wanted = wanted_parts(request, Kinds(candidates));
    if (wanted.size() > kPartsMax) {
        co_return cannot_fetch(wanted[kPartsMax].field, "at most 16 images and files of a request are");
    }
    std::size_t bytes_left = settings.bytes;
    for (const Wanted& part : wanted) {
        if (gone.requested() || running_.stopped()) co_return Error(ErrorKind::cancelled, "The client went away.");
        const Deadline own = earliest(deadline, Deadline::after(worker_.now(), settings.timeout));
        auto bytes = co_await get(*part.url, settings, bytes_left, own, gone);
        if (gone.requested() || running_.stopped()) co_return Error(ErrorKind::cancelled, "The client went away.");
        if (!bytes && !part.needed) continue;
        if (!bytes) co_return cannot_fetch(part.field, bytes.error().message);
        bytes_left -= bytes->size();
        std::string base64;
        co_await offload_.run(worker_, [&base64, &bytes] { base64 = encode_base64(*bytes); });
        const Result<std::string_view> type = type_of(base64);
        if (!type && !part.needed) continue;
        if (!type) co_return cannot_fetch(part.field, type.error().message);
        *part.media_type = *type;
        *part.data = std::move(base64);
    }
    co_return Boxed<Error>();
}

Task<Result<std::string>> MediaFetcher::get(std::string_view url, const config::Media& settings, std::size_t bytes_max,
                                            Deadline deadline, CancelSource& gone) {
    auto address = media_address(url, settings);
    if (!address) co_return std::unexpected(std::move(address.error()));
    const std::unique_ptr<UpstreamCall> call = make_http_call(worker_, pool_, address->endpoint);
    const RunningCalls::Scope running(running_, *call);
    const CancelScope scope(gone, *call);
    Result<std::string> body = failed("the host could not be reached in time");
    if (const auto sent = co_await call->send(get_request(std::move(address->target)), deadline, deadline)) {
        body = co_await read(*call, bytes_max, deadline);
    } else if (sent.error().kind != ErrorKind::upstream_timeout) {
        body = failed("no connection to the host");
    }
    co_return body;
}

Task<Result<std::string>> MediaFetcher::read(UpstreamCall& call, std::size_t bytes_max, Deadline deadline) {
    {
        const auto head = co_await call.read_head(deadline);
        if (!head) co_return failed("the host did not answer as a web server does, or not in time");
        const int status = (*head)->status;
        if (status >= 300 && status < 400)
            co_return failed("the host points to another address, which is not followed");
        if (status != 200) co_return failed("the host answered " + std::to_string(status));
    }
    std::string body;
    while (true) {
        const BoxedResult<std::string_view> bytes = co_await call.read_body(deadline);
        if (!bytes) co_return failed("the answer broke off, or did not end in time");
        if (bytes->empty()) co_return body;
        if (body.size() + bytes->size() > bytes_max) co_return failed("it is larger than the operator allows");
        body.append(*bytes);
    }
}

}  // namespace breakwater
