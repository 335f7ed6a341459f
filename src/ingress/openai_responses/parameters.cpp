#include "parameters.hpp"

#include <algorithm>
#include <array>

#include "../shared/model_name.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/parameter_readers.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "input.hpp"
#include "tools.hpp"

namespace breakwater::openai_responses_client {
namespace {

constexpr std::array<std::string_view, 3> kFormats{"text", "json_object", "json_schema"};
constexpr std::array<std::string_view, 3> kSummaries{"auto", "concise", "detailed"};
constexpr std::array<std::string_view, 2> kTruncations{"disabled", "auto"};
constexpr std::size_t kPreviousIdBytesMax = 128;

bool refuse(const Value& value, std::string_view why) {
    return value.fail("unsupported_parameter", why);
}

// State at the provider is not had from here: the next request may go to another.
bool refuse_conversation(const Value& value, Draft&) {
    return refuse(value, "the gateway keeps no conversations; send the items in `input`, or `previous_response_id`");
}
bool refuse_prompt(const Value& value, Draft&) {
    return refuse(value, "the gateway has no stored prompts; send `instructions` and `input`");
}
bool refuse_background(const Value& value, Draft&) {
    bool background = false;
    if (!value.read(background)) return false;
    return !background || refuse(value, "the gateway answers while the client waits; use `stream` for long answers");
}

/// A member that only providers of this dialect can honour.
bool keep(std::string_view name, JsonText value, Draft& draft) {
    draft.request.own->members.emplace_back(name, std::move(value));
    return true;
}

/// Two of the words ask for what the gateway gives whenever it has it; the others for details of hosted tools.
bool read_include(const Value& value, Draft& draft) {
    std::string others;
    JsonWriter json(others);
    json.begin_array();
    bool any = false;
    const bool read = value.each_item([&](const Value& item) {
        if (!item.is_string()) return item.wrong_type("a string");
        if (item.text() == "message.output_text.logprobs") {
            draft.request.logprobs = true;
        } else if (item.text() != "reasoning.encrypted_content") {
            json.string(item.text());
            any = true;
        }
        return true;
    });
    json.end_array();
    return read && (!any || keep("include", std::move(others), draft));
}

bool read_reasoning(const Value& value, Draft& draft) {
    Reasoning& reasoning = draft.request.reasoning;
    std::string others;
    JsonWriter json(others);
    json.begin_object();
    const bool read = value.each_member([&](std::string_view name, const Value& member) {
        if (name == "effort") return ingress::read_effort(member, reasoning);
        if (name == "summary" || name == "generate_summary") return member.read_word(reasoning.summary, kSummaries);
        json.raw_field(name, member.json());
        return true;
    });
    json.end_object();
    return read && (others.size() == 2 || keep("reasoning", std::move(others), draft));
}

bool read_format(const Value& format, ResponseFormat& out) {
    if (!format.is_object()) return format.wrong_type("an object");
    const std::optional<Value> type = format.find("type");
    if (!type) return format.missing("type");
    std::string word;
    if (!type->read_word(word, kFormats)) return false;
    if (word == "json_schema") {
        out.kind = ResponseFormat::Kind::json_schema;
        return ingress::read_schema(format, out);
    }
    if (word == "json_object") out.kind = ResponseFormat::Kind::json_object;
    return true;
}

bool read_text(const Value& value, Draft& draft) {
    if (!value.is_object()) return value.wrong_type("an object");
    const std::optional<Value> format = value.find("format");
    if (format && !read_format(*format, draft.request.response_format)) return false;
    const std::optional<Value> verbosity = value.find("verbosity");
    return !verbosity || ingress::read_verbosity(*verbosity, draft.request.verbosity);
}

bool read_truncation(const Value& value, Draft& draft) {
    std::size_t word = 0;
    if (!value.read_word(word, kTruncations)) return false;
    return word == 0 || keep("truncation", value.json(), draft);
}

bool read_max_tool_calls(const Value& value, Draft& draft) {
    std::optional<std::int64_t> count;
    return value.read(count, 1) && keep("max_tool_calls", value.json(), draft);
}

bool read_stream_options(const Value& value, Draft&) {
    bool obfuscation = false;  // Padding against traffic analysis, which the gateway never sends.
    return value.is_object() ? value.optional("include_obfuscation", obfuscation) : value.wrong_type("an object");
}

bool read_previous(const Value& value, Draft& draft) {
    std::string& id = draft.request.own->previous_response_id;
    if (!value.read(id)) return false;
    if (id.size() > kPreviousIdBytesMax) return value.fail("string_above_max_length", "expected at most 128 bytes");
    return !id.empty() || value.wrong_value("the id of a response");
}

bool read_input(const Value& value, Draft& draft) {
    InputReader input(draft.request.messages);
    if (!input.read(value)) return false;
    draft.input_as_sent = input.as_sent();
    draft.request.own->items = input.has_native_items();
    return !draft.request.messages.empty() || value.fail("empty_array", "expected at least one item");
}

using Readers = ingress::ParameterReaders<Draft>;
using Parameter = Readers::Parameter;
using R = ChatRequest;
using S = Sampling;

/// Every member that this dialect knows, sorted by name, and beside them those of Chat Completions that shape an answer
/// and that this API itself has no word for: not every provider behind the gateway is without them.
constexpr std::array kParameters{
    Parameter{"background", refuse_background},
    Parameter{"context_management", [](const Value& v, Draft& d) { return keep("context_management", v.json(), d); }},
    Parameter{"conversation", refuse_conversation},
    Parameter{"frequency_penalty", Readers::sampled<&S::frequency_penalty, -2, 2>},
    Parameter{"include", read_include},
    Parameter{"input", read_input},
    Parameter{"instructions", [](const Value& v, Draft& d) { return v.read(d.instructions); }},
    Parameter{"max_output_tokens", [](const Value& v, Draft& d) { return v.read(d.request.max_tokens, 1); }},
    Parameter{"max_tool_calls", read_max_tool_calls},
    Parameter{"metadata", [](const Value& v, Draft& d) { return ingress::read_metadata(v, d.request.metadata); }},
    Parameter{"model", [](const Value& v, Draft& d) { return ingress::read_model_name(v, d.request.model); }},
    Parameter{"moderation", Readers::object_into<&R::moderation>},
    Parameter{"parallel_tool_calls", Readers::into<&R::parallel_tool_calls>},
    Parameter{"presence_penalty", Readers::sampled<&S::presence_penalty, -2, 2>},
    Parameter{"previous_response_id", read_previous},
    Parameter{"prompt", refuse_prompt},
    Parameter{"prompt_cache_key", Readers::into<&R::prompt_cache_key>},
    Parameter{"prompt_cache_options", Readers::object_into<&R::prompt_cache_options>},
    Parameter{"prompt_cache_retention", Readers::into<&R::prompt_cache_retention>},
    Parameter{"reasoning", read_reasoning},
    Parameter{"safety_identifier", Readers::into<&R::safety_identifier>},
    Parameter{"seed", [](const Value& v, Draft& d) { return v.read(d.request.sampling.seed); }},
    Parameter{"service_tier", Readers::into<&R::service_tier>},
    Parameter{"stop", [](const Value& v, Draft& d) { return ingress::read_stop(v, d.request.sampling.stop); }},
    Parameter{"store", [](const Value& v, Draft& d) { return v.read(d.store); }},
    Parameter{"stream", Readers::into<&R::stream>},
    Parameter{"stream_options", read_stream_options},
    Parameter{"temperature", Readers::sampled<&S::temperature, 0, 2>},
    Parameter{"text", read_text},
    Parameter{"tool_choice", [](const Value& v, Draft& d) { return read_tool_choice(v, d.request.tool_choice); }},
    Parameter{"tools", [](const Value& v, Draft& d) { return read_tools(v, d.request.tools); }},
    Parameter{"top_k", [](const Value& v, Draft& d) { return v.read(d.request.sampling.top_k, -1); }},
    Parameter{"top_logprobs", [](const Value& v, Draft& d) { return v.read(d.request.top_logprobs, 0, 20); }},
    Parameter{"top_p", Readers::sampled<&S::top_p, 0, 1>},
    Parameter{"truncation", read_truncation},
    Parameter{"user", Readers::into<&R::user>},
};
static_assert(std::ranges::is_sorted(kParameters, {}, &Parameter::name));

}  // namespace

bool read_parameter(std::string_view name, const Value& value, Draft& draft) {
    const auto* known = std::ranges::lower_bound(kParameters, name, {}, &Parameter::name);
    if (known != kParameters.end() && known->name == name) return known->read(value, draft);
    return ingress::keep_extension(name, value, draft.request);
}

}  // namespace breakwater::openai_responses_client
