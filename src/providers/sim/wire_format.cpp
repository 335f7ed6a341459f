#include "wire_format.hpp"

#include "breakwater/wire/json_writer.hpp"
#include "logprobs.hpp"

namespace breakwater::sim {
namespace {

/// No clock here: 0 is what a server without one sends, and the gateway puts in its own time.
constexpr std::string_view kCreated = R"(,"created":0,"model":")";

void append_identity(std::string& out, const Identity& identity, std::string_view object) {
    out += R"({"id":")";
    append_json_escaped(out, identity.id);
    out += R"(","object":")";
    out += object;
    out += '"';
    out += kCreated;
    append_json_escaped(out, identity.model);
    out += R"(","system_fingerprint":"fp_sim","choices":[)";
}

void append_counts(std::string& out, const TokenCounts& counts) {
    const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    JsonWriter json(out);
    json.begin_object();
    json.field("prompt_tokens", number(counts.prompt)).field("completion_tokens", number(counts.completion));
    json.field("total_tokens", number(counts.prompt + counts.completion));
    json.key("prompt_tokens_details").begin_object().field("cached_tokens", 0).end_object();
    json.key("completion_tokens_details").begin_object();
    json.field("reasoning_tokens", number(counts.reasoning)).end_object();
    json.end_object();
}

std::string_view call_type(const PlannedCall& call) {
    return call.custom ? "custom" : "function";
}
std::string_view call_text_key(const PlannedCall& call) {
    return call.custom ? "input" : "arguments";
}

void append_call_delta(std::string& out, const Piece& piece) {
    const PlannedCall& call = *piece.planned;
    JsonWriter json(out);
    json.begin_object().key("tool_calls").begin_array().begin_object();
    json.field("index", static_cast<std::int64_t>(piece.call));
    if (piece.kind == Piece::Kind::call_start) json.field("id", call.id).field("type", call_type(call));
    json.key(call_type(call)).begin_object();
    if (piece.kind == Piece::Kind::call_start) json.field("name", call.name);
    json.field(call_text_key(call), piece.token).end_object().end_object().end_array().end_object();
}

void append_text_delta(std::string& out, std::string_view opening, std::string_view token) {
    out += opening;
    append_json_escaped(out, token);
    out += "\"}";
}

}  // namespace

ChunkWriter::ChunkWriter(const Identity& identity, const Request& request)
    : head_("data: "),
      tail_(request.include_usage ? "],\"usage\":null}\n\n" : "]}\n\n"),
      include_usage_(request.include_usage),
      logprobs_(request.logprobs),
      top_logprobs_(request.top_logprobs) {
    append_identity(head_, identity, "chat.completion.chunk");
}

void ChunkWriter::begin(std::string& out, std::size_t choice) const {
    out += head_;
    out += R"({"index":)";
    JsonWriter(out).number(static_cast<std::int64_t>(choice));
    out += R"(,"delta":)";
}

void ChunkWriter::end(std::string& out, std::string_view logprobs, std::string_view finish) const {
    out += R"(,"logprobs":)";
    out += logprobs;
    out += R"(,"finish_reason":)";
    out += finish;
    out += '}';
    out += tail_;
}

void ChunkWriter::role(std::string& out, std::size_t choice, bool null_content) const {
    begin(out, choice);
    out += null_content ? R"({"role":"assistant","content":null,"refusal":null})"
                        : R"({"role":"assistant","content":"","refusal":null})";
    end(out, "null", "null");
}

void ChunkWriter::piece(std::string& out, std::size_t choice, const Piece& piece) const {
    begin(out, choice);
    switch (piece.kind) {
        case Piece::Kind::reasoning:
            append_text_delta(out, R"({"reasoning_content":")", piece.token);
            break;
        case Piece::Kind::text:
            append_text_delta(out, R"({"content":")", piece.token);
            break;
        case Piece::Kind::call_start:
        case Piece::Kind::call_arguments:
            append_call_delta(out, piece);
            break;
        case Piece::Kind::finish:
            out += "{}";
            return end(out, "null", std::string("\"").append(piece.token).append("\""));
    }
    if (!logprobs_ || piece.kind != Piece::Kind::text) return end(out, "null", "null");
    std::string items = R"({"content":[)";
    append_logprob_item(items, piece.token, top_logprobs_);
    items += R"(],"refusal":null})";
    end(out, items, "null");
}

void ChunkWriter::usage(std::string& out, const TokenCounts& counts) const {
    if (!include_usage_) return;
    out += head_;
    out += R"(],"usage":)";
    append_counts(out, counts);
    out += "}\n\n";
}

void add_piece(WholeChoice& choice, const Piece& piece, const Request& request) {
    switch (piece.kind) {
        case Piece::Kind::reasoning:
            choice.reasoning += piece.token;
            return;
        case Piece::Kind::text:
            choice.text += piece.token;
            if (!request.logprobs) return;
            if (!choice.logprobs.empty()) choice.logprobs += ',';
            append_logprob_item(choice.logprobs, piece.token, request.top_logprobs);
            return;
        case Piece::Kind::call_start:
            choice.calls.push_back(*piece.planned);
            choice.calls.back().arguments.clear();
            return;
        case Piece::Kind::call_arguments:
            choice.calls.back().arguments += piece.token;
            return;
        case Piece::Kind::finish:
            choice.finish = piece.token;
            return;
    }
}

namespace {

void write_message(JsonWriter& json, const WholeChoice& choice) {
    json.begin_object().field("role", "assistant");
    if (choice.calls.empty())
        json.field("content", choice.text);
    else
        json.key("content").null();
    if (!choice.reasoning.empty()) json.field("reasoning_content", choice.reasoning);
    json.key("refusal").null().key("annotations").begin_array().end_array();
    if (!choice.calls.empty()) {
        json.key("tool_calls").begin_array();
        for (const PlannedCall& call : choice.calls) {
            json.begin_object().field("id", call.id).field("type", call_type(call)).key(call_type(call)).begin_object();
            json.field("name", call.name).field(call_text_key(call), call.arguments).end_object().end_object();
        }
        json.end_array();
    }
    json.end_object();
}

}  // namespace

void write_whole(std::string& out, const Identity& identity, const std::vector<WholeChoice>& choices,
                 const TokenCounts& counts, bool logprobs) {
    append_identity(out, identity, "chat.completion");
    JsonWriter json(out);
    std::int64_t index = 0;
    for (const WholeChoice& choice : choices) {
        json.begin_object().field("index", index++).key("message");
        write_message(json, choice);
        json.key("logprobs");
        if (logprobs)
            json.raw(R"({"content":[)" + choice.logprobs + R"(],"refusal":null})");
        else
            json.null();
        json.field("finish_reason", choice.finish).end_object();
    }
    out += R"(],"usage":)";
    append_counts(out, counts);
    out += '}';
}

std::string error_object(std::string_view message, std::string_view type, std::string_view param,
                         std::string_view code) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("error").begin_object().field("message", message).field("type", type).key("param");
    if (param.empty())
        json.null();
    else
        json.string(param);
    json.key("code");
    if (code.empty())
        json.null();
    else
        json.string(code);
    json.end_object().end_object();
    return out;
}

}  // namespace breakwater::sim
