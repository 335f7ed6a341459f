#include "breakwater/providers/owned_answer.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "bad_answer.hpp"
#include "body_form.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/canonical/owned_id.hpp"
#include "breakwater/providers/relayed_answer.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "error_body.hpp"
#include "error_context.hpp"
#include "relayed_fields.hpp"

namespace breakwater {
namespace {

/// A list of the ten thousand files that one call can name.
constexpr std::size_t kAnswerBytesMax = 32u << 20;
constexpr std::array<std::string_view, 6> kIds{"id",       "input_file_id", "output_file_id", "error_file_id",
                                               "first_id", "last_id"};

/// Whose shapes the answer has.
enum class OwnedShape : std::uint8_t { openai, anthropic };

/// An error as that vendor's SDKs know it.
bool is_error(OwnedShape shape, JsonReader::Element root) noexcept {
    return get_object(root, "error").has_value() &&
           (shape == OwnedShape::openai || get_string(root, "type") == "error");
}

/// Where the gateway has the results of a batch.
std::string results_path(std::string_view provider, std::string_view id) {
    return "/v1/messages/batches/" + percent_encode(provider) + ":" + percent_encode(id) + "/results";
}

class OwnedAnswer final : public ResponseDecoder {
public:
    OwnedAnswer(OwnedShape shape, std::string provider, Secret credential)
        : shape_(shape), provider_(std::move(provider)), credential_(std::move(credential)) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        context_ = ErrorContext::of(head);
        if (context_.failed()) fields_ = relayed_fields(head.headers);
        fields_.set("Content-Type", kMediaType);
        return {};
    }

    Result<void> on_body(std::string_view bytes, EventSink& /*sink*/) override {
        if (body_.size() + bytes.size() > kAnswerBytesMax) return invalid_answer("more than an answer can hold");
        body_ += bytes;
        return {};
    }

    Result<void> on_end(EventSink& sink) override {
        constexpr int kRefused = 401;
        const auto root = shared_json_reader().parse_repaired(body_);
        const bool object = root && root->is_object();
        if (context_.failed() && (!object || context_.status == kRefused || !is_error(shape_, *root)))
            return std::unexpected(failure());
        if (!object) return is_cut(body_) ? truncated_answer() : invalid_answer("something other than a JSON object");
        std::string answer;
        if (context_.failed()) {
            answer = to_json(*root);
            cover_secret(answer, credential_.reveal());
        } else {
            JsonWriter json(answer);
            write(json, *root);
        }
        const auto all = fields_.fields();
        const std::vector<Headers::Field> fields(all.begin(), all.end());
        sink.on_event(RelayedHead{.status = context_.status, .fields = fields});
        sink.on_event(BytesEvent{.bytes = answer, .media_type = kMediaType});
        sink.on_event(StreamEnd{});
        return {};
    }

private:
    static constexpr std::string_view kMediaType = "application/json";
    static constexpr int kNotFound = 404;
    static constexpr int kGone = 410;

    [[nodiscard]] Error failure() const {
        Error error = classified_answer(read_provider_error(context_.status, context_.content_type, body_), context_);
        if (error.kind != ErrorKind::upstream_model_missing) return error;
        // No model was asked for: what is not there is what the client named. No other status says that it is gone.
        const bool gone = context_.status == kNotFound || context_.status == kGone;
        if (gone) error.kind = ErrorKind::not_found;
        error.message = gone ? "The provider does not have what was asked for"
                             : "The provider does not answer this call at its address";
        error.message += error.upstream && !error.upstream->message.empty() ? ": " + error.upstream->message : ".";
        return error;
    }

    /// The address that a provider gives is not a client's to ask.
    void write_results_url(JsonWriter& json, JsonReader::Element object) const {
        const auto id = get_string(object, "id");
        if (!id) {
            json.null();
        } else {
            json.string(results_path(provider_, *id));
        }
    }

    /// One object, or a list of them.
    void write(JsonWriter& json, JsonReader::Element object) const {
        json.begin_object();
        for (const auto member : JsonReader::Object(object)) {
            json.key(member.key);
            const bool id = member.value.is_string() && std::ranges::find(kIds, member.key) != kIds.end();
            if (id) {
                json.string(write_owned_id(provider_, member.value.text()));
            } else if (shape_ == OwnedShape::anthropic && member.key == "results_url" && !member.value.is_null()) {
                write_results_url(json, object);
            } else if (member.key == "data" && member.value.is_array()) {
                json.begin_array();
                for (const JsonReader::Element each : JsonReader::Array(member.value)) {
                    if (each.is_object()) write(json, each);
                }
                json.end_array();
            } else {
                json.raw(to_json(member.value));
            }
        }
        json.end_object();
    }

    OwnedShape shape_;
    std::string provider_;
    Secret credential_;  ///< which some providers say again when they refuse it
    ErrorContext context_;
    Headers fields_;  ///< those that the client gets: of an error, what it says of limits and another try
    std::string body_;
};

class OwnedContent final : public ResponseDecoder {
public:
    OwnedContent(std::string provider, Secret credential)
        : provider_(std::move(provider)), credential_(std::move(credential)) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        inner_ = ErrorContext::of(head).failed() ? make_owned_message_answer(provider_, std::move(credential_))
                                                 : make_relayed_answer();
        return inner_->on_head(head);
    }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override { return inner_->on_body(bytes, sink); }
    Result<void> on_end(EventSink& sink) override { return inner_->on_end(sink); }

private:
    std::string provider_;
    Secret credential_;
    std::unique_ptr<ResponseDecoder> inner_;  ///< from the head on
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_owned_answer(std::string provider, Secret credential) {
    return std::make_unique<OwnedAnswer>(OwnedShape::openai, std::move(provider), std::move(credential));
}

std::unique_ptr<ResponseDecoder> make_owned_message_answer(std::string provider, Secret credential) {
    return std::make_unique<OwnedAnswer>(OwnedShape::anthropic, std::move(provider), std::move(credential));
}

std::unique_ptr<ResponseDecoder> make_owned_message_content(std::string provider, Secret credential) {
    return std::make_unique<OwnedContent>(std::move(provider), std::move(credential));
}

}  // namespace breakwater
