#include "chat_transcription.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/multipart.hpp"
#include "recording_format.hpp"

namespace breakwater {
namespace {

/// What the form says beside the model.
struct Fields {
    std::string_view file{};
    std::string_view filename{};
    std::string_view language{};
    std::string_view prompt{};
    std::string_view temperature{};
};

/// The client's fields that say what a chat has no words for.
constexpr std::array<std::string_view, 6> kLost{
    "timestamp_granularities[]", "timestamp_granularities",   "include[]", "include",
    "known_speaker_names[]",     "known_speaker_references[]"};

/// Those that are known already.
constexpr std::array<std::string_view, 3> kRead{"model", "stream", "response_format"};

void note_field(const FormPart& part, Fields& fields, EncodeNotes& notes) {
    if (part.name == "file") {
        fields.file = part.content;
        fields.filename = part.filename.value_or("");
    } else if (part.name == "language") {
        fields.language = part.content;
    } else if (part.name == "prompt") {
        fields.prompt = part.content;
    } else if (part.name == "temperature") {
        fields.temperature = part.content;
    } else if (std::ranges::find(kLost, part.name) != kLost.end()) {
        notes.lose(std::string(part.name),
                   "This provider's model writes down what it hears, without times, speakers or "
                   "probabilities.");
    } else if (part.name == "chunking_strategy") {
        notes.record(std::string(part.name), AdaptAction::dropped);
    } else if (std::ranges::find(kRead, part.name) == kRead.end()) {
        // The name is the client's, and no field of anything that answers.
        notes.change("form", AdaptAction::dropped);
    }
}

/// Both halves are whole parts of what was found to be good when it was decoded.
void read_fields(const FormBody& form, Fields& fields, EncodeNotes& notes, const std::string& first_half) {
    for (const std::string_view half :
         {std::string_view(first_half), std::string_view(*form.text).substr(form.file_at)}) {
        const auto parts = read_form(half, form.boundary);
        if (!parts) continue;
        for (const FormPart& part : *parts) note_field(part, fields, notes);
    }
}

std::string instruction(const TranscriptionRequest& request, const Fields& fields) {
    std::string text = request.translate
                           ? "Translate what is said in this recording into English. Answer with the translation alone."
                           : "Write down what is said in this recording, word for word and in the language in which it "
                             "is said. Answer with the transcript alone.";
    text += " If nothing is said, answer with nothing.";
    if (!fields.language.empty()) text.append(" The language is: ").append(fields.language).append(".");
    if (!fields.prompt.empty())
        text.append("\nWhat came before it, or how names in it are spelt: ").append(fields.prompt);
    return text;
}

/// Out of range is the provider's to refuse.
void read_temperature(std::string_view value, ChatRequest& chat, EncodeNotes& notes) {
    if (value.empty()) return;
    chat.sampling.temperature = parse_double(value);
    if (!chat.sampling.temperature)
        notes.reject({ErrorKind::invalid_request, "temperature: expected a number", "temperature"});
}

}  // namespace

ChatRequest transcription_as_chat(const TranscriptionRequest& request, EncodeNotes& notes) {
    const std::string first_half =
        request.form.fields.empty() ? std::string() : request.form.fields + form_end(request.form.boundary);
    Fields fields;
    read_fields(request.form, fields, notes, first_half);
    if (!request.response_format.empty() && request.response_format != "json" && request.response_format != "text")
        notes.lose("response_format",
                   "This provider's transcripts come as json or text, not as " + request.response_format + ".");
    const std::string_view format = recording_format(fields.file, fields.filename);
    if (format.empty())
        notes.reject(
            {ErrorKind::invalid_request,
             "file: expected a recording as wav, mp3, flac, ogg, aac, aiff, m4a or webm, told by its first bytes "
             "or its name",
             "file"});
    ChatRequest chat;
    chat.stream = request.stream;
    chat.include_usage = true;
    chat.body_bytes = fields.file.size() / 3 * 4;
    read_temperature(fields.temperature, chat, notes);
    Message message;
    message.parts.emplace_back(AudioPart{.data = encode_base64(fields.file), .format = std::string(format)});
    message.parts.emplace_back(TextPart{.text = instruction(request, fields)});
    chat.messages.push_back(std::move(message));
    return chat;
}

}  // namespace breakwater
