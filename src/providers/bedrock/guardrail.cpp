#include "guardrail.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "../shared/operation_request.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "guardrail_decoder.hpp"
#include "request.hpp"

namespace breakwater::bedrock {
namespace {

constexpr std::string_view kDraft = "DRAFT";
/// Who knows this API may say on which side of a model the text stood.
constexpr std::string_view kSource = "source";
constexpr std::array<std::string_view, 1> kKnown{kSource};
/// What a body has beside its texts and pictures, roughly.
constexpr std::size_t kAround = 256;

struct Guardrail {
    std::string_view id;  ///< or ARN
    std::string_view version;
};

bool is_id(std::string_view text) noexcept {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

bool is_version(std::string_view text) noexcept {
    return text == kDraft || parse_u64(text).value_or(0) > 0;
}

/// Where the id ends and a version may begin: an ARN has colons of its own.
std::size_t end_of_id(std::string_view model) noexcept {
    if (!model.starts_with("arn:")) return model.find(':');
    const std::size_t resource = model.find(":guardrail/");
    return resource == std::string_view::npos ? resource : model.find(':', resource + 1);
}

/// Nothing where the name is none that a guardrail can have.
std::optional<Guardrail> guardrail_of(std::string_view model) noexcept {
    const std::size_t end = end_of_id(model);
    const Guardrail named{.id = model.substr(0, end),
                          .version = end == std::string_view::npos ? kDraft : model.substr(end + 1)};
    const bool arn = named.id.starts_with("arn:");
    const std::size_t slash = named.id.find(":guardrail/");
    if (arn && slash == std::string_view::npos) return std::nullopt;
    const std::string_view id = arn ? named.id.substr(named.id.find('/', slash) + 1) : named.id;
    if (!is_id(id) || !is_version(named.version)) return std::nullopt;
    return named;
}

std::unexpected<Error> no_guardrail(const Deployment& deployment) {
    return fail(ErrorKind::unsupported_parameter,
                "The model " + deployment.model + " of provider " + deployment.provider +
                    " is no guardrail: moderation at Bedrock takes a deployment whose `model` is a guardrail's id or "
                    "ARN, with `:VERSION` behind it unless it is the draft.",
                "model");
}

/// What the bytes say wins over what was declared. Empty for what guardrails do not read.
std::string_view picture_format(const ImagePart& picture) {
    const std::string_view sniffed = sniff_image_type(picture.data.view());
    const std::string_view type = sniffed.empty() ? std::string_view(picture.media_type) : sniffed;
    if (type == "image/png") return "png";
    return type == "image/jpeg" || type == "image/jpg" ? "jpeg" : "";
}

/// Whether the guardrail gets the picture; why not goes into `notes`.
bool accept_picture(const ImagePart& picture, std::size_t index, const EncodeContext& context, EncodeNotes& notes) {
    const std::string field = "input[" + std::to_string(index) + "].image_url.url";
    const auto lose = [&](std::string why) {
        notes.lose(field, std::move(why));
        return false;
    };
    if (!context.deployment.capabilities.supports(Feature::image_input))
        return lose("The guardrail " + context.deployment.model + " judges texts, not pictures.");
    if (picture.data.empty())
        return lose(
            "Guardrails judge pictures that are in the request, as data:image/png;base64,... or "
            "data:image/jpeg;base64,...: nothing is read from an address.");
    if (picture_format(picture).empty()) return lose("Guardrails judge pictures that are PNG or JPEG.");
    return true;
}

void write_picture(JsonWriter& json, const ImagePart& picture) {
    json.begin_object().key("image").begin_object().field("format", picture_format(picture));
    json.key("source").begin_object().field("bytes", picture.data.string()).end_object();
    json.end_object().end_object();
}

/// What of the request is to be judged.
struct Judged {
    bool text = false;
    bool picture = false;
};

Judged write_content(JsonWriter& json, const ModerationRequest& request, const EncodeContext& context,
                     EncodeNotes& notes) {
    Judged judged;
    json.key("content").begin_array();
    for (std::size_t i = 0; i < request.parts.size(); ++i) {
        const ModerationPart& part = request.parts[i];
        if (!part.image) {
            judged.text = true;
            json.begin_object().key("text").begin_object().field("text", part.text).end_object().end_object();
        } else if (accept_picture(*part.image, i, context, notes)) {
            judged.picture = true;
            write_picture(json, *part.image);
        }
    }
    json.end_array();
    if (!judged.text && !judged.picture)
        notes.reject(
            {ErrorKind::invalid_request, "input: nothing of it is left that the guardrail could judge", "input"});
    return judged;
}

std::string_view source_of(const ModerationRequest& request, EncodeNotes& notes) {
    const auto said = std::ranges::find(request.extensions, kSource, &std::pair<std::string, JsonText>::first);
    if (said == request.extensions.end() || trim(said->second) == R"("INPUT")") return "INPUT";
    if (trim(said->second) != R"("OUTPUT")")
        notes.reject({ErrorKind::invalid_request,
                      "source: expected \"INPUT\" for what a user wrote, or \"OUTPUT\" for what a model did",
                      std::string(kSource)});
    return "OUTPUT";
}

}  // namespace

Result<ProviderCall> encode_moderation(const ModerationRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint) {
    const auto guardrail = guardrail_of(context.deployment.model);
    if (!guardrail) return no_guardrail(context.deployment);
    EncodeNotes notes(context.mode, context.adapted);
    drop_extensions(request.extensions, kKnown, notes);
    ProviderCall call;
    call.request.body.reserve(request.body_bytes + kAround);
    JsonWriter json(call.request.body);
    json.begin_object().field("source", source_of(request, notes));
    // Else what was looked for and not found would not be in the answer.
    json.field("outputScope", "FULL");
    const Judged judged = write_content(json, request, context, notes);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.request.method = "POST";
    call.request.target =
        "/guardrail/" + percent_encode(guardrail->id) + "/version/" + percent_encode(guardrail->version) + "/apply";
    write_headers(call.request, context, endpoint, kJson);
    call.decoder = make_guardrail_decoder(judged.text, judged.picture);
    return call;
}

}  // namespace breakwater::bedrock
