#include "realtime.hpp"

#include <optional>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "token_source.hpp"

namespace breakwater {
namespace {

/// The text of a message item: its parts that have one.
std::string text_of(JsonReader::Element item) {
    std::string text;
    const auto parts = get_array(item, "content");
    if (!parts) return text;
    for (const JsonReader::Element part : *parts) text += get_string(part, "text").value_or("");
    return text;
}

/// A message item as events have it; `kind` is of its one part, which is left out without a text.
void write_item(JsonWriter& json, std::string_view id, std::string_view role, std::string_view kind,
                const std::string* text) {
    json.begin_object().field("id", id).field("object", "realtime.item").field("type", "message");
    json.field("status", text != nullptr ? "completed" : "in_progress").field("role", role);
    json.key("content").begin_array();
    if (text != nullptr) json.begin_object().field("type", kind).field("text", *text).end_object();
    json.end_array().end_object();
}

/// A session of OpenAI's API. It answers each `response.create`.
class SimRealtime final : public SimSession {
public:
    explicit SimRealtime(std::string_view model) : SimSession(model) {}
    void begin(std::string& out) override;

private:
    void take_message(const std::string& message, std::string& out) override;
    template <class Write>
    void say(std::string_view type, std::string& out, Write write);
    void add_item(const std::string& message, std::string& out);
    void respond(std::string& out);
    void refuse(std::string_view code, std::string_view message, std::string& out);
    [[nodiscard]] std::string next_id(std::string_view prefix);

    std::size_t ids_ = 0;
};

/// Sends an event; `write` adds its members.
template <class Write>
void SimRealtime::say(std::string_view type, std::string& out, Write write) {
    std::string event;
    JsonWriter json(event);
    json.begin_object().field("type", type).field("event_id", next_id("event"));
    write(json);
    json.end_object();
    append_frame(out, FrameKind::text, event);
}

std::string SimRealtime::next_id(std::string_view prefix) {
    return std::string(prefix) + "_sim" + std::to_string(ids_++);
}

void SimRealtime::begin(std::string& out) {
    say("session.created", out, [this](JsonWriter& json) {
        json.key("session").begin_object().field("type", "realtime").field("object", "realtime.session");
        json.field("id", next_id("sess")).field("model", model_);
        json.key("output_modalities").begin_array().string("text").end_array().end_object();
    });
}

void SimRealtime::take_message(const std::string& message, std::string& out) {
    const auto root = shared_json_reader().parse(message);
    if (!root) return refuse("invalid_json", "An event must be one JSON object.", out);
    const std::string type(get_string(*root, "type").value_or(""));
    if (type == "conversation.item.create") return add_item(message, out);
    if (type == "response.create") return respond(out);
    if (type == "session.update") {
        const auto session = get_object(*root, "session");
        return say("session.updated", out,
                   [&](JsonWriter& json) { json.raw_field("session", session ? to_json(*session) : "{}"); });
    }
    refuse("unknown_event", "The simulator knows session.update, conversation.item.create and response.create.", out);
}

void SimRealtime::add_item(const std::string& message, std::string& out) {
    const auto root = shared_json_reader().parse(message);
    const auto item = root ? get_object(*root, "item") : std::nullopt;
    if (!item) return refuse("missing_required_parameter", "conversation.item.create needs an `item`.", out);
    hear(text_of(*item));
    const std::string id(get_string(*item, "id").value_or(next_id("item")));
    for (const std::string_view type : {"conversation.item.added", "conversation.item.done"}) {
        say(type, out, [&](JsonWriter& json) {
            json.key("item");
            write_item(json, id, get_string(*item, "role").value_or("user"), "input_text", &heard_);
        });
    }
}

void SimRealtime::refuse(std::string_view code, std::string_view message, std::string& out) {
    say("error", out, [&](JsonWriter& json) {
        json.key("error").begin_object().field("type", "invalid_request_error").field("code", code);
        json.field("message", message).end_object();
    });
}

void SimRealtime::respond(std::string& out) {
    const std::string response = next_id("resp"), item = next_id("item");
    const std::string text = answer_to(heard_);
    const auto write_response = [&](JsonWriter& json, bool done) {
        json.key("response").begin_object().field("object", "realtime.response").field("id", response);
        json.field("status", done ? "completed" : "in_progress").key("output").begin_array();
        if (done) write_item(json, item, "assistant", "output_text", &text);
        json.end_array();
        if (done) {
            const auto in = static_cast<std::int64_t>(sim::count_tokens(heard_));
            const auto written = static_cast<std::int64_t>(sim::count_tokens(text));
            json.key("usage").begin_object().field("total_tokens", in + written);
            json.field("input_tokens", in).field("output_tokens", written).end_object();
        }
        json.end_object();
    };
    const auto write_place = [&](JsonWriter& json, bool of_part) {
        json.field("response_id", response).field("output_index", 0);
        if (of_part) json.field("item_id", item).field("content_index", 0);
    };
    const auto say_item = [&](std::string_view type, const std::string* said) {
        say(type, out, [&](JsonWriter& json) {
            write_place(json, false);
            json.key("item");
            write_item(json, item, "assistant", "output_text", said);
        });
    };
    const auto say_text = [&](std::string_view type, std::string_view member, std::string_view said) {
        say(type, out, [&](JsonWriter& json) {
            write_place(json, true);
            json.key(member).string(said);
        });
    };
    say("response.created", out, [&](JsonWriter& json) { write_response(json, false); });
    say_item("response.output_item.added", nullptr);
    sim::TokenSource tokens(text, std::nullopt, 0);
    for (std::string_view token; tokens.next(token);) say_text("response.output_text.delta", "delta", token);
    say_text("response.output_text.done", "text", text);
    say_item("response.output_item.done", &text);
    say("response.done", out, [&](JsonWriter& json) { write_response(json, true); });
}

}  // namespace

std::unique_ptr<SimSession> sim::make_realtime(std::string_view model) {
    return std::make_unique<SimRealtime>(model);
}

}  // namespace breakwater
