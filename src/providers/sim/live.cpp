#include <optional>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "realtime.hpp"
#include "token_source.hpp"

namespace breakwater {
namespace {

using Element = JsonReader::Element;

/// Google's SDK for Python writes the outer names with underscores.
std::optional<Element> member(Element object, std::string_view camel, std::string_view snake) {
    const auto found = get_value(object, camel);
    return found ? found : get_value(object, snake);
}

std::string text_of(Element content) {
    std::string text;
    const auto parts = get_array(content, "parts");
    if (!parts) return text;
    for (const Element part : *parts) text += get_string(part, "text").value_or("");
    return text;
}

/// Answers each turn of the client's that is complete, and each text of its realtime input. Sounds and pictures are
/// passed over.
class SimLive final : public SimSession {
public:
    explicit SimLive(std::string_view model) : SimSession(model) {}

private:
    void take_message(const std::string& message, std::string& out) override;
    void take_turns(Element content, std::string& out);
    void respond(std::string& out) const;
    template <class Write>
    static void say(std::string& out, Write write);

    bool open_ = false;
};

/// Messages are JSON in binary frames, as the vendor sends them.
template <class Write>
void SimLive::say(std::string& out, Write write) {
    std::string message;
    JsonWriter json(message);
    json.begin_object();
    write(json);
    json.end_object();
    append_frame(out, FrameKind::binary, message);
}

void SimLive::take_message(const std::string& message, std::string& out) {
    const auto root = shared_json_reader().parse(message);
    if (!root) return close(CloseCode::invalid_payload, "A message must be one JSON object.", out);
    if (get_object(*root, "setup")) {
        if (std::exchange(open_, true)) return close(CloseCode::invalid_payload, "There can be one setup only.", out);
        return say(out, [](JsonWriter& json) { json.key("setupComplete").begin_object().end_object(); });
    }
    if (!open_) return close(CloseCode::invalid_payload, "The first message must be a setup.", out);
    if (const auto content = member(*root, "clientContent", "client_content")) return take_turns(*content, out);
    if (const auto input = member(*root, "realtimeInput", "realtime_input")) {
        const auto text = get_string(*input, "text");
        if (!text) return;
        hear(*text);
        return respond(out);
    }
    close(CloseCode::invalid_payload, "The simulator knows setup, clientContent and realtimeInput.", out);
}

void SimLive::take_turns(Element content, std::string& out) {
    if (const auto turns = get_array(content, "turns")) {
        for (const Element turn : *turns) hear(text_of(turn));
    }
    const auto complete = member(content, "turnComplete", "turn_complete");
    bool is_complete = false;
    if (complete && complete->get(is_complete) && is_complete) respond(out);
}

void SimLive::respond(std::string& out) const {
    const std::string text = answer_to(heard_);
    const auto say_content = [&out](auto write) {
        say(out, [&write](JsonWriter& json) {
            json.key("serverContent").begin_object();
            write(json);
            json.end_object();
        });
    };
    sim::TokenSource tokens(text, std::nullopt, 0);
    for (std::string_view token; tokens.next(token);) {
        say_content([token](JsonWriter& json) {
            json.key("modelTurn").begin_object().field("role", "model").key("parts").begin_array();
            json.begin_object().field("text", token).end_object().end_array().end_object();
        });
    }
    say_content([](JsonWriter& json) { json.field("generationComplete", true); });
    const auto in = static_cast<std::int64_t>(sim::count_tokens(heard_));
    const auto written = static_cast<std::int64_t>(sim::count_tokens(text));
    say(out, [in, written](JsonWriter& json) {
        json.key("serverContent").begin_object().field("turnComplete", true).end_object();
        json.key("usageMetadata").begin_object().field("promptTokenCount", in);
        json.field("responseTokenCount", written).field("totalTokenCount", in + written).end_object();
    });
}

}  // namespace

std::unique_ptr<SimSession> sim::make_live(std::string_view model) {
    return std::make_unique<SimLive>(model);
}

}  // namespace breakwater
