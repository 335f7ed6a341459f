#include "call_arguments.hpp"

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

namespace {

constexpr std::size_t kDepthMax = 256;  // as deep as decoders let a model write

CallArguments wrapped(std::string_view key, std::string_view text) {
    CallArguments out{.json = {}, .wrapped = true};
    JsonWriter(out.json).begin_object().field(key, text).end_object();
    return out;
}

}  // namespace

CallArguments object_arguments(const ToolCallPart& call, JsonReader& reader) {
    if (call.custom) return wrapped("input", call.arguments);
    const std::string_view text = trim(call.arguments);
    if (text.empty() || text == "null") return {.json = "{}"};
    const Result<JsonReader::Element> parsed = reader.parse(text, kDepthMax);
    if (parsed && parsed->is_object()) return {.json = std::string(text)};
    return wrapped("_raw", call.arguments);
}

}  // namespace breakwater
