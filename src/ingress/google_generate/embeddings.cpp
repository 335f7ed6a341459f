#include "breakwater/ingress/embeddings.hpp"

#include <array>
#include <utility>

#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/vector_text.hpp"
#include "../shared/whole_json_encoder.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/client_body.hpp"
#include "contents.hpp"
#include "member.hpp"

namespace breakwater {
namespace {

using google_generate::each_named;
using google_generate::Name;
using ingress::Problem;
using ingress::Value;

constexpr std::int64_t kDimensionsMax = 65'536;

/// What the vectors are for, in the words of the canonical request: Cohere's, where it has one.
std::string input_type_of(std::string_view task) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kWords{
        {{"RETRIEVAL_QUERY", "search_query"},
         {"RETRIEVAL_DOCUMENT", "search_document"},
         {"TASK_TYPE_UNSPECIFIED", ""}}};
    for (const auto& [google, canonical] : kWords) {
        if (iequals(task, google)) return std::string(canonical);
    }
    return to_lower(task);
}

/// What of a request is the same for all inputs of one call to a provider.
struct Settings {
    std::string input_type{};
    std::optional<std::int64_t> dimensions{};
    JsonText title{};
    friend bool operator==(const Settings&, const Settings&) = default;
};

bool read_content(const Value& content, EmbeddingRequest& request) {
    Message message;
    if (!google_generate::read_system(content, message, nullptr)) return false;
    EmbeddingInput input;
    for (const ContentPart& part : message.parts) {
        if (!input.text.empty()) input.text += '\n';
        input.text += std::get<TextPart>(part).text.view();
    }
    request.inputs.push_back(std::move(input));
    return true;
}

bool read_task(const Value& value, Settings& settings) {
    if (!value.is_string()) return value.wrong_type("a string");
    settings.input_type = input_type_of(value.text());
    return true;
}

/// One EmbedContentRequest. The model is the path's.
bool read_one(const Value& one, EmbeddingRequest& request, Settings& settings) {
    const std::size_t before = request.inputs.size();
    const bool read = each_named(one, [&](std::string_view name, const Value& value) {
        if (name == "content") return read_content(value, request);
        if (name == "taskType") return read_task(value, settings);
        if (name == "outputDimensionality") return value.read(settings.dimensions, 1, kDimensionsMax);
        if (name == "title") {
            settings.title = value.json();
            return true;
        }
        if (name == "model") return true;
        return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
    });
    return read && (request.inputs.size() > before || one.missing("content"));
}

void take(Settings&& settings, EmbeddingRequest& request) {
    request.input_type = std::move(settings.input_type);
    request.dimensions = settings.dimensions;
    if (!settings.title.empty()) request.extensions.emplace_back("title", std::move(settings.title));
}

bool read_all(const Value& requests, EmbeddingRequest& request) {
    const std::size_t count = requests.count();
    if (count == 0) return requests.fail("invalid_value", "expected at least one request");
    if (count > kEmbeddingInputsMax) return requests.fail("array_above_max_length", "expected at most 16384 requests");
    request.inputs.reserve(count);
    Settings first;
    const bool read = requests.each_item([&](const Value& item) {
        const bool is_first = request.inputs.empty();
        Settings settings;
        if (!read_one(item, request, settings)) return false;
        if (is_first)
            first = std::move(settings);
        else if (settings != first)
            return item.fail("invalid_value",
                             "expected the taskType, title and outputDimensionality of the first request");
        return true;
    });
    if (read) take(std::move(first), request);
    return read;
}

bool read_batch(const Value& root, EmbeddingRequest& request) {
    const bool read = each_named(root, [&](std::string_view name, const Value& value) {
        if (name == "requests") return read_all(value, request);
        return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
    });
    return read && (!request.inputs.empty() || root.missing("requests"));
}

bool read_single(const Value& root, EmbeddingRequest& request) {
    Settings settings;
    if (!read_one(root, request, settings)) return false;
    take(std::move(settings), request);
    return true;
}

void write_item(JsonWriter& json, const EmbeddingEvent& event) {
    json.begin_object().key("values");
    ingress::write_numbers(json, event);
    json.end_object();
}

void write_usage(JsonWriter& json, const Usage* usage) {
    const auto prompt = usage != nullptr ? usage->prompt_total() : std::nullopt;
    if (!prompt) return;
    json.key("usageMetadata").begin_object().field("promptTokenCount", *prompt).field("totalTokenCount", *prompt);
    json.end_object();
}

/// The whole answer, or the items of a part of it.
class EmbeddingEncoder final : public ingress::WholeJsonEncoder {
public:
    enum class Form : std::uint8_t { single, batch, part };

    explicit EmbeddingEncoder(Form form) : form_(form), json_(out_) {}

private:
    void take(const StreamEvent& event) override {
        const auto* vector = std::get_if<EmbeddingEvent>(&event);
        if (vector == nullptr) return;
        if (out_.empty()) begin();
        write_item(json_, *vector);
    }
    void begin() {
        if (form_ == Form::single) json_.begin_object().key("embedding");
        if (form_ == Form::batch) json_.begin_object().key("embeddings").begin_array();
    }
    void end() override {
        if (form_ == Form::part) return;
        if (form_ == Form::batch) json_.end_array();
        write_usage(json_, usage_ ? &*usage_ : nullptr);
        json_.end_object();
    }

    Form form_;
    JsonWriter json_;
};

class GoogleEmbeddings final : public EmbeddingDialect {
public:
    using Form = EmbeddingEncoder::Form;

    explicit GoogleEmbeddings(Form form) noexcept : form_(form) {}

    Result<void> decode(std::string& body, JsonReader& reader, EmbeddingRequest& request) const override {
        const Result<JsonReader::Element> parsed = parse_client_body(body, reader);
        if (!parsed) return std::unexpected(parsed.error());
        Problem problem;
        const Value root(*parsed, problem);
        request.body_bytes = body.size();
        const bool named = request.model.size() <= ingress::kModelBytesMax ||
                           root.fail("string_above_max_length", "expected at most 256 bytes of a model's name");
        const auto read = form_ == Form::single ? read_single : read_batch;
        if (!named || !read(root, request)) return std::unexpected(std::move(*problem));
        return {};
    }
    // The dialect has numbers only.
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& /*context*/,
                                                                bool /*base64*/) const override {
        return std::make_unique<EmbeddingEncoder>(form_);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_part_encoder(std::uint32_t /*first*/,
                                                                     bool /*base64*/) const override {
        return std::make_unique<EmbeddingEncoder>(Form::part);
    }
    [[nodiscard]] std::string answer(std::string_view items, std::string_view /*model*/,
                                     const Usage* usage) const override {
        std::string out;
        JsonWriter json(out);
        json.begin_object().key("embeddings").begin_array().raw(items).end_array();
        write_usage(json, usage);
        json.end_object();
        return out;
    }

private:
    Form form_;
};

}  // namespace

const EmbeddingDialect& google_embedding() {
    static const GoogleEmbeddings dialect(EmbeddingEncoder::Form::single);
    return dialect;
}

const EmbeddingDialect& google_embedding_batch() {
    static const GoogleEmbeddings dialect(EmbeddingEncoder::Form::batch);
    return dialect;
}

}  // namespace breakwater
