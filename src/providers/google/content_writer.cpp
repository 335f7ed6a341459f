#include "content_writer.hpp"

#include <algorithm>

#include "../shared/call_arguments.hpp"
#include "breakwater/base/strings.hpp"
#include "media.hpp"

namespace breakwater::google {

namespace {

// What the vendor documents for calls whose signature is not known: of another model, or lost by the client.
constexpr std::string_view kNoSignature = "skip_thought_signature_validator";

std::string text_of(const Message& message) {
    std::string text;
    for (const ContentPart& part : message.parts) {
        if (const auto* one = std::get_if<TextPart>(&part)) text += one->text.view();
    }
    return text;
}

}  // namespace

void ContentWriter::system(const std::vector<JsonString>& texts, std::string_view instruction) {
    if (texts.empty() && instruction.empty()) return;
    writer_.key("systemInstruction").begin_object().key("parts").begin_array();
    for (const JsonString& text : texts) writer_.begin_object().field("text", text).end_object();
    if (!instruction.empty()) writer_.begin_object().field("text", instruction).end_object();
    writer_.end_array().end_object();
}

void ContentWriter::contents(const std::vector<Content>& contents) {
    writer_.key("contents").begin_array();
    for (const Content& one : contents) content(one);
    writer_.end_array();
}

void ContentWriter::content(const Content& content) {
    first_call_ = true;
    writer_.begin_object().field("role", content.model ? "model" : "user").key("parts").begin_array();
    for (const Piece& one : content.pieces) std::visit([this](const auto& what) { element(what); }, one);
    // What cannot stand inside a result stands behind all of them, since they must not be parted.
    for (const Piece& one : content.pieces) {
        const auto* result = std::get_if<ResultPiece>(&one);
        if (result == nullptr) continue;
        for (const ContentPart* part : result->media) {
            if (belongs_inside(*part)) continue;
            writer_.begin_object();
            write_media(writer_, *part);
            writer_.end_object();
        }
    }
    writer_.end_array().end_object();
}

void ContentWriter::element(const NativePiece& piece) {
    writer_.raw(piece.part->json);
}

template <class Piece>
void ContentWriter::element(const Piece& what) {
    writer_.begin_object();
    piece(what);
    writer_.end_object();
}

void ContentWriter::piece(const TextPiece& piece) {
    writer_.field("text", piece.text);
    if (piece.thought) writer_.field("thought", true);
    if (!piece.signature.empty()) writer_.field("thoughtSignature", piece.signature);
}

void ContentWriter::piece(const MediaPiece& piece) {
    write_media(writer_, *piece.part);
}

void ContentWriter::piece(const CallPiece& piece) {
    const CallArguments arguments = object_arguments(*piece.part, reader_);
    if (arguments.wrapped) {
        notes_.record("messages[" + std::to_string(piece.message) + "].tool_calls[" + std::to_string(piece.index) + "]",
                      AdaptAction::mapped);
    }
    writer_.key("functionCall").begin_object();
    if (form_.call_ids) writer_.field("id", piece.part->id);
    writer_.field("name", names_.wire(piece.part->name)).raw_field("args", arguments.json).end_object();
    if (!piece.signature.empty()) {
        writer_.field("thoughtSignature", piece.signature);
    } else if (first_call_ && form_.signed_calls) {
        writer_.field("thoughtSignature", kNoSignature);
    }
    first_call_ = false;
}

void ContentWriter::piece(const ResultPiece& piece) {
    writer_.key("functionResponse").begin_object();
    if (form_.call_ids) writer_.field("id", piece.call->id);
    writer_.field("name", names_.wire(piece.call->name)).key("response");
    response(piece);
    if (std::ranges::any_of(piece.media, [this](const ContentPart* part) { return belongs_inside(*part); })) {
        writer_.key("parts").begin_array();
        for (const ContentPart* part : piece.media) {
            if (!belongs_inside(*part)) continue;
            writer_.begin_object();
            write_media(writer_, *part);
            writer_.end_object();
        }
        writer_.end_array();
    }
    writer_.end_object();
}

// The API takes objects only: one that the tool itself answered with goes as it is.
void ContentWriter::response(const ResultPiece& piece) {
    if (piece.message == nullptr) {
        writer_.begin_object().field("error", "[no result]").end_object();
        return;
    }
    const std::string text = text_of(*piece.message);
    const std::string_view trimmed = trim(text);
    const bool structured = trimmed.starts_with('{') || trimmed.starts_with('[');
    const Result<JsonReader::Element> parsed =
        structured ? reader_.parse(trimmed) : Result<JsonReader::Element>(fail(ErrorKind::invalid_request, {}));
    const bool failed = piece.message->tool_error;
    if (parsed && parsed->is_object() && !failed) {
        writer_.raw(trimmed);
        return;
    }
    writer_.begin_object();
    if (parsed && !failed) {
        writer_.raw_field("output", trimmed);
    } else {
        writer_.field(failed ? "error" : "output", text);
    }
    writer_.end_object();
}

bool ContentWriter::belongs_inside(const ContentPart& part) const {
    static constexpr std::string_view kTypes[] = {"image/png", "image/jpeg", "image/webp", "application/pdf",
                                                  "text/plain"};
    return form_.media_results && std::ranges::find(kTypes, inline_media_type(part)) != std::end(kTypes);
}

}  // namespace breakwater::google
