#include "event_writer.hpp"

#include "../shared/event_text.hpp"
#include "../shared/json_fields.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses_client {
namespace {

using ingress::write_or_null;

}  // namespace

void EventWriter::put_type(std::string_view name, std::string_view step) {
    out_.append("response.").append(name);
    if (!step.empty()) out_.append(".").append(step);
}

void EventWriter::put_number() {
    out_ += ",\"sequence_number\":";
    ingress::append_index(out_, sequence_);
    ++sequence_;
}

void EventWriter::begin(std::string_view name, std::string_view step) {
    out_ += "event: ";
    put_type(name, step);
    out_ += "\ndata: {\"type\":\"";
    put_type(name, step);
    out_ += '"';
    put_number();
}

void EventWriter::error(const Error& error) {
    out_ += "event: error\ndata: {\"type\":\"error\"";
    put_number();
    out_ += ",\"error\":";
    JsonWriter object(out_);
    ingress::write_error_object(object, error);
    out_ += ',';
    JsonWriter flat(out_);
    write_or_null(flat, "code", error.code_or_default());
    flat.field("message", error.message.empty() ? to_string(error.kind) : std::string_view(error.message));
    write_or_null(flat, "param", error.param);
    end();
}

}  // namespace breakwater::openai_responses_client
