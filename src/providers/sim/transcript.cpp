#include "transcript.hpp"

#include "breakwater/wire/json_writer.hpp"
#include "breakwater/wire/multipart.hpp"
#include "form.hpp"

namespace breakwater::sim {
namespace {

/// As the sound of a telephone: 8000 bytes a second.
constexpr std::size_t kBytesPerSecond = 8000;

struct Asked {
    std::string_view name{};
    std::size_t bytes = 0;
    std::string_view format = "json";
    std::string_view language = "english";
    bool stream = false;
};

Result<Asked> read_asked(std::string_view form) {
    const auto parts = read_form(form, boundary_of(form));
    if (!parts) return std::unexpected(parts.error());
    Asked asked;
    bool found = false;
    for (const FormPart& part : *parts) {
        if (part.name == "file") {
            found = true;
            asked.name = part.filename.value_or("");
            asked.bytes = part.content.size();
        }
        if (part.name == "response_format") asked.format = part.content;
        if (part.name == "language") asked.language = part.content;
        if (part.name == "stream") asked.stream = part.content == "true";
    }
    if (!found) return fail(ErrorKind::invalid_request, "The form has no file.", "file");
    return asked;
}

void write_usage(JsonWriter& json, std::size_t seconds) {
    json.key("usage").begin_object().field("type", "duration");
    json.field("seconds", static_cast<std::int64_t>(seconds)).end_object();
}

std::string as_json(const Asked& asked, std::string_view text, std::size_t seconds) {
    std::string body;
    JsonWriter json(body);
    json.begin_object();
    if (asked.format == "verbose_json") {
        json.field("task", "transcribe").field("language", asked.language);
        json.field("duration", static_cast<double>(seconds));
        json.key("segments").begin_array().begin_object().field("id", 0).field("start", 0.0);
        json.field("end", static_cast<double>(seconds)).field("text", text).end_object().end_array();
    }
    json.field("text", text);
    write_usage(json, seconds);
    json.end_object();
    return body;
}

/// A word an event, as models that stream do.
std::string as_events(std::string_view text, std::size_t seconds) {
    std::string body;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at + 1), text.size());
        body += "data: ";
        JsonWriter json(body);
        json.begin_object().field("type", "transcript.text.delta").field("delta", text.substr(at, end - at));
        json.end_object();
        body += "\n\n";
        at = end;
    }
    body += "data: ";
    JsonWriter json(body);
    json.begin_object().field("type", "transcript.text.done").field("text", text);
    write_usage(json, seconds);
    json.end_object();
    body += "\n\n";
    return body;
}

}  // namespace

Result<ResultBody> transcript_of(std::string_view form) {
    const auto asked = read_asked(form);
    if (!asked) return std::unexpected(asked.error());
    const std::string text = "The recording " + std::string(asked->name) + " has " + std::to_string(asked->bytes) +
                             " bytes and nobody listened to it.";
    const std::size_t seconds = asked->bytes / kBytesPerSecond + 1;
    const std::string end = "00:00:0" + std::to_string(std::min<std::size_t>(seconds, 9));
    if (asked->format == "text") return ResultBody{text + "\n", "text/plain; charset=utf-8"};
    if (asked->format == "srt")
        return ResultBody{"1\n00:00:00,000 --> " + end + ",000\n" + text + "\n\n", "text/plain; charset=utf-8"};
    if (asked->format == "vtt")
        return ResultBody{"WEBVTT\n\n00:00:00.000 --> " + end + ".000\n" + text + "\n\n", "text/plain; charset=utf-8"};
    if (asked->stream) return ResultBody{as_events(text, seconds), "text/event-stream"};
    return ResultBody{as_json(*asked, text, seconds), "application/json"};
}

}  // namespace breakwater::sim
