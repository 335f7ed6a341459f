#include "error_body.hpp"

#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/provider.hpp"
#include "status_text.hpp"

namespace breakwater {
namespace {

using Element = JsonReader::Element;

constexpr std::size_t kWordBytesMax = 100;
constexpr std::size_t kPageBytesMax = 200;

bool is_error_status(std::int64_t number) noexcept {
    return number >= 400 && number <= 599;
}

/// A string, or a number in digits.
std::string word(Element object, std::string_view key) {
    if (const auto text = get_string(object, key)) return sanitise_provider_text(*text, kWordBytesMax);
    if (const auto number = get_int(object, key)) return std::to_string(*number);
    return {};
}

void add(std::string& text, std::string_view more, std::string_view separator) {
    if (more.empty()) return;
    if (!text.empty()) text += separator;
    text += more;
}

/// "body.messages.0.role" of a validation error's `loc`, without the part that only says where the field was.
std::string location(Element entry) {
    std::string path;
    const auto steps = get_array(entry, "loc");
    if (!steps) return path;
    for (const Element step : *steps) {
        std::string_view name;
        std::int64_t index = 0;
        if (step.get(name)) {
            if (name != "body") add(path, name, ".");
        } else if (step.get(index)) {
            add(path, std::to_string(index), ".");
        }
    }
    return path;
}

/// Validation errors, a list of {loc, msg}: the messages joined, and the first field.
std::string join_details(JsonReader::Array details, std::string& param) {
    std::string text;
    for (const Element entry : details) {
        std::string_view plain;
        if (entry.get(plain)) {
            add(text, plain, "; ");
            continue;
        }
        const std::string path = location(entry);
        if (param.empty()) param = path;
        const std::string_view message = get_string(entry, "msg").value_or(get_string(entry, "message").value_or(""));
        add(text, path.empty() ? std::string(message) : path + ": " + std::string(message), "; ");
    }
    return text;
}

/// A message that may be a string, a list of validation errors, or an object that holds one of them.
std::string message_text(Element value, std::string& param) {
    std::string_view text;
    if (value.get(text)) return std::string(text);
    JsonReader::Array list;
    if (value.get(list)) return join_details(list, param);
    if (const auto detail = get_value(value, "detail")) return message_text(*detail, param);
    if (const auto message = get_string(value, "message")) return std::string(*message);
    return to_json(value);
}

/// Collects what one error object says.
struct Reading {
    ProviderError result{};
    std::string message{};
    std::optional<std::int64_t> status_hint{};

    void take_hint(Element object) {
        for (const std::string_view key : {"status", "status_code", "http_status_code", "raw_status_code", "code"}) {
            std::optional<std::int64_t> number = get_int(object, key);
            if (!number) number = parse_i64(get_string(object, key).value_or(""));
            if (!status_hint && number && is_error_status(*number)) status_hint = number;
        }
    }

    void take_words(Element object) {
        UpstreamFacts& facts = result.facts;
        if (facts.type.empty()) facts.type = word(object, "type");
        // Google writes its class of errors as `status`, TGI as `error_type`.
        if (facts.type.empty()) facts.type = word(object, "error_type");
        if (facts.type.empty() && get_string(object, "status")) facts.type = word(object, "status");
        if (facts.code.empty()) facts.code = word(object, "code");
        if (result.param.empty()) result.param = std::string(get_string(object, "param").value_or(""));
        take_hint(object);
    }

    /// The OpenAI object. Relays say "Provider returned error" and keep the reason in `metadata.raw`.
    void read_object(Element error) {
        take_words(error);
        if (const auto value = get_value(error, "message")) {
            message = message_text(*value, result.param);
        } else {
            message = to_json(error);
        }
        if (const auto metadata = get_object(error, "metadata")) {
            add(message, get_string(*metadata, "raw").value_or(""), ": ");
        }
        const auto inner = get_object(error, "innererror");
        if (inner && result.facts.code.empty()) result.facts.code = word(*inner, "code");
    }

    void read_root(Element root) {
        if (const auto error = get_value(root, "error")) {
            std::string_view text;
            if (error->get(text)) {
                message = text;
            } else {
                read_object(*error);
            }
        } else if (const auto flat = get_value(root, "message")) {
            message = message_text(*flat, result.param);
        } else if (const auto detail = get_value(root, "detail")) {
            message = message_text(*detail, result.param);
        } else if (const auto errors = get_array(root, "errors")) {
            message = join_details(*errors, result.param);
        } else {
            message = get_string(root, "title").value_or("");
        }
        take_words(root);
        result.facts.request_id = word(root, "request_id");
    }
};

/// Google wraps its error objects in an array.
Element unwrap(Element root) noexcept {
    JsonReader::Array list;
    if (!root.get(list)) return root;
    for (const Element first : list) return first;
    return root;
}

std::string page_text(int status, std::string_view body) {
    std::string text(status_text(status));
    add(text, sanitise_provider_text(body, kPageBytesMax), ": ");
    return text;
}

}  // namespace

void collect_error_body(std::string& body, std::string_view bytes) {
    body.append(bytes.substr(0, kErrorBodyBytesMax - std::min(kErrorBodyBytesMax, body.size())));
}

ProviderError read_provider_error(int status, JsonReader::Element root) {
    Reading reading;
    reading.read_root(unwrap(root));
    ProviderError result = std::move(reading.result);
    result.facts.status = status;
    if (status < 400 && reading.status_hint) result.facts.status = static_cast<int>(*reading.status_hint);
    // A code that only repeats the status says less than our own table.
    if (result.facts.code == std::to_string(result.facts.status)) result.facts.code.clear();
    result.facts.message = sanitise_provider_text(reading.message);
    result.param = sanitise_provider_text(result.param, kWordBytesMax);
    return result;
}

ProviderError read_provider_error(int status, std::string_view content_type, std::string_view body) {
    // Errors come labelled as anything, so the bytes decide; only a page is worth the label's word.
    const std::string_view text = trim(body);
    const bool page = media_type(content_type) == "text/html" && !text.starts_with('{');
    if (!page && (text.starts_with('{') || text.starts_with('['))) {
        JsonReader reader;
        if (const auto root = reader.parse_repaired(text)) return read_provider_error(status, *root);
    }
    ProviderError result;
    result.facts.status = status;
    result.facts.message = page_text(status, text);
    return result;
}

UpstreamFacts read_error_body(int status, std::string_view content_type, std::string_view body) {
    return read_provider_error(status, content_type, body).facts;
}

bool says_error(JsonReader::Element root) noexcept {
    const Element object = unwrap(root);
    if (const auto error = get_value(object, "error")) {
        std::string_view text;
        if (error->get(text)) return !text.empty();
        JsonObject members;
        return error->get(members) && members.size() > 0;
    }
    return get_string(object, "object").value_or("") == "error";
}

std::string upstream_request_id(const Headers& headers) {
    static constexpr std::array<std::string_view, 7> kNames{
        "x-request-id",           "request-id", "apim-request-id", "x-amzn-requestid", "x-generation-id",
        "mistral-correlation-id", "cf-ray"};
    // A bit for each length that a name has, so that most fields cost no comparison.
    static constexpr std::size_t kLengthsEnd = 32;
    static constexpr std::uint32_t kLengths = [] {
        std::uint32_t lengths = 0;
        for (const std::string_view name : kNames) lengths |= std::uint32_t{1} << name.size();
        return lengths;
    }();
    // One walk over the fields, since every answer is asked; the first name that is there counts.
    std::size_t best = kNames.size();
    std::string_view id;
    for (const auto& [name, value] : headers.fields()) {
        if (name.size() >= kLengthsEnd || ((kLengths >> name.size()) & 1) == 0) continue;
        for (std::size_t i = 0; i < best; ++i) {
            if (!iequals(name, kNames.data()[i])) continue;
            best = i;
            id = value;
        }
    }
    return id.empty() ? std::string() : sanitise_provider_text(id, kWordBytesMax);
}

Error classify_provider_error(ProviderError found, std::optional<std::chrono::milliseconds> retry_after,
                              ErrorScope scope, ErrorWords details) {
    Error error = classify_upstream_error(scope, std::move(found.facts), retry_after, details);
    // Only a request that is at fault has a field at fault; for the rest the name would mislead.
    if (error_traits(error.kind).status == 400) error.param = std::move(found.param);
    return error;
}

}  // namespace breakwater
