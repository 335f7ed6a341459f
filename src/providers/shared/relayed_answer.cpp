#include "breakwater/providers/relayed_answer.hpp"

#include <utility>
#include <vector>

#include "error_body.hpp"
#include "error_context.hpp"
#include "relayed_fields.hpp"

namespace breakwater {
namespace {

class RelayedAnswer final : public ResponseDecoder {
public:
    Result<void> on_head(const HttpResponseHead& head) override {
        constexpr int kRefused = 401;
        context_ = ErrorContext::of(head);
        refused_ = head.status == kRefused;
        fields_ = relayed_fields(head.headers);
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
        const auto all = fields_.fields();
        const std::vector<Headers::Field> fields(all.begin(), all.end());
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
