#include <memory>
#include <utility>

#include "breakwater/ingress/google_live.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "close_response.hpp"
#include "decode.hpp"
#include "error_body.hpp"
#include "json_encoder.hpp"
#include "module.hpp"
#include "stream_encoder.hpp"

namespace breakwater {
namespace {

using google_generate::Framing;

class GoogleGenerate : public Ingress {
public:
    explicit GoogleGenerate(Framing framing) noexcept : framing_(framing) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "google.generate"; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return ""; }

    Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return google_generate::decode_request(body, reader, request);
    }
    Result<void> decode_to_count(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return google_generate::decode_count_request(body, reader, request);
    }
    [[nodiscard]] std::string encode_count(std::int64_t tokens) const override {
        std::string body;
        JsonWriter(body).begin_object().field("totalTokens", tokens).end_object();
        return body;
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const override {
        if (context.stream) return std::make_unique<google_generate::StreamEncoder>(std::move(context), framing_);
        return std::make_unique<google_generate::JsonEncoder>(std::move(context));
    }
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view /*request_id*/) const override {
        return google_generate::error_response(error, framing_ == Framing::array);
    }

private:
    Framing framing_;
};

class GoogleLive final : public GoogleGenerate {
public:
    GoogleLive() noexcept : GoogleGenerate(Framing::events) {}
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view /*request_id*/) const override {
        return google_generate::close_response(error);
    }
};

}  // namespace

const Ingress& google_generate_ingress() {
    static const GoogleGenerate ingress(Framing::events);
    return ingress;
}

const Ingress& google_generate_array_ingress() {
    static const GoogleGenerate ingress(Framing::array);
    return ingress;
}

const Ingress& google_live_ingress() {
    static const GoogleLive ingress;
    return ingress;
}

}  // namespace breakwater
