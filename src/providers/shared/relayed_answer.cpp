#include "breakwater/providers/relayed_answer.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "error_body.hpp"
#include "error_context.hpp"

namespace breakwater {
namespace {

/// What a client may know of a provider's answer. All others are the connection's, a proxy's on the way, or tell of the
/// account: cookies, organisations, redirections.
constexpr std::array<std::string_view, 14> kFields{
    "content-type", "content-disposition", "content-language", "content-range",  "accept-ranges",  "cache-control",
    "etag",         "last-modified",       "retry-after",      "retry-after-ms", "x-should-retry", "openai-version",
    "openai-model", "openai-processing-ms"};
constexpr std::array<std::string_view, 2> kPrefixes{"x-ratelimit-", "anthropic-ratelimit-"};

bool is_clients(std::string_view name) noexcept {
    return std::ranges::any_of(kFields, [name](std::string_view field) { return iequals(name, field); }) ||
           std::ranges::any_of(kPrefixes, [name](std::string_view prefix) { return istarts_with(name, prefix); });
}

class RelayedAnswer final : public ResponseDecoder {
public:
    Result<void> on_head(const HttpResponseHead& head) override {
        constexpr int kRefused = 401;
        context_ = ErrorContext::of(head);
        refused_ = head.status == kRefused;
        for (const auto& [name, value] : head.headers.fields()) {
            if (is_clients(name)) fields_.add(name, value);
        }
        return {};
    }

    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        if (refused_) {
            collect_error_body(body_, bytes);
            return {};
        }
        begin(sink);
        sink.on_event(BytesEvent{.bytes = bytes, .media_type = context_.content_type});
        return {};
    }

    Result<void> on_end(EventSink& sink) override {
        if (refused_) {
            ProviderError error = read_provider_error(context_.status, context_.content_type, body_);
            return std::unexpected(classify_provider_error(std::move(error), context_.retry_after));
        }
        begin(sink);
        sink.on_event(StreamEnd{});
        return {};
    }

private:
    void begin(EventSink& sink) {
        if (std::exchange(begun_, true)) return;
        std::vector<Headers::Field> fields;
        for (const Headers::Field& field : fields_.fields()) fields.push_back(field);
        sink.on_event(RelayedHead{.status = context_.status, .fields = fields});
        fields_.clear();
    }

    ErrorContext context_;
    Headers fields_;
    std::string body_;  ///< of a refusal
    bool refused_ = false;
    bool begun_ = false;
};

}  // namespace

std::unique_ptr<ResponseDecoder> make_relayed_answer() {
    return std::make_unique<RelayedAnswer>();
}

}  // namespace breakwater
