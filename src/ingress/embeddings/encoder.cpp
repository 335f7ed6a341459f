#include <bit>

#include "../shared/vector_text.hpp"
#include "../shared/whole_json_encoder.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/ingress/embeddings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

void append_float(std::string& bytes, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((bits >> shift) & 0xFFu));
}

void write_base64(JsonWriter& json, const EmbeddingEvent& event) {
    if (event.values.empty()) {
        json.string(event.base64);
        return;
    }
    std::string bytes;
    bytes.reserve(event.values.size() * 4);
    for (const double value : event.values) append_float(bytes, static_cast<float>(value));
    json.string(encode_base64(bytes));
}

void write_item(JsonWriter& json, const EmbeddingEvent& event, std::uint32_t first, bool base64) {
    json.begin_object().field("object", "embedding");
    json.field("index", std::int64_t{first} + event.index).key("embedding");
    if (base64) {
        write_base64(json, event);
    } else {
        ingress::write_numbers(json, event);
    }
    json.end_object();
}

void write_rest(JsonWriter& json, std::string_view model, const Usage* usage) {
    json.field("model", model).key("usage");
    const auto prompt = usage != nullptr ? usage->prompt_total() : std::nullopt;
    if (prompt) {
        json.begin_object().field("prompt_tokens", *prompt).field("total_tokens", *prompt);
        if (usage->estimated) json.field("estimated", true);
        json.end_object();
    } else {
        json.null();
    }
    json.end_object();
}

class EmbeddingEncoder final : public ingress::WholeJsonEncoder {
public:
    EmbeddingEncoder(std::string model, bool base64) : model_(std::move(model)), base64_(base64), json_(out_) {}

private:
    void take(const StreamEvent& event) override {
        const auto* vector = std::get_if<EmbeddingEvent>(&event);
        if (vector == nullptr) return;
        if (out_.empty()) json_.begin_object().field("object", "list").key("data").begin_array();
        write_item(json_, *vector, 0, base64_);
    }
    void end() override {
        json_.end_array();
        write_rest(json_, model_, usage_ ? &*usage_ : nullptr);
    }

    std::string model_;
    bool base64_;
    JsonWriter json_;
};

class PartEncoder final : public ResponseEncoder {
public:
    PartEncoder(std::uint32_t first, bool base64) : first_(first), base64_(base64), json_(out_) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* vector = std::get_if<EmbeddingEvent>(&event)) write_item(json_, *vector, first_, base64_);
    }
    void head(HttpResponseHead& /*head*/) const override {}
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}

private:
    std::uint32_t first_;
    bool base64_;
    std::string out_;
    JsonWriter json_;
};

class OpenaiEmbeddings final : public EmbeddingDialect {
public:
    Result<void> decode(std::string& body, JsonReader& reader, EmbeddingRequest& request) const override {
        return decode_embedding_request(body, reader, request);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& context, bool base64) const override {
        return make_embedding_encoder(std::move(context), base64);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_part_encoder(std::uint32_t first, bool base64) const override {
        return make_embedding_part_encoder(first, base64);
    }
    [[nodiscard]] std::string answer(std::string_view items, std::string_view model,
                                     const Usage* usage) const override {
        return embedding_answer(items, model, usage);
    }
};

}  // namespace

const EmbeddingDialect& openai_embeddings() {
    static const OpenaiEmbeddings dialect;
    return dialect;
}

std::unique_ptr<ResponseEncoder> make_embedding_encoder(EncoderContext&& context, bool base64) {
    return std::make_unique<EmbeddingEncoder>(std::move(context.model), base64);
}

std::unique_ptr<ResponseEncoder> make_embedding_part_encoder(std::uint32_t first, bool base64) {
    return std::make_unique<PartEncoder>(first, base64);
}

std::string embedding_answer(std::string_view items, std::string_view model, const Usage* usage) {
    std::string out;
    out.reserve(items.size() + model.size() + 128);
    JsonWriter json(out);
    json.begin_object().field("object", "list").key("data").begin_array().raw(items).end_array();
    write_rest(json, model, usage);
    return out;
}

}  // namespace breakwater
