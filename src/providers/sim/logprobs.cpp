#include "logprobs.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::sim {
namespace {

void write_entry(JsonWriter& json, std::string_view token, double logprob) {
    json.field("token", token).field("logprob", logprob).key("bytes").begin_array();
    for (const char c : token) json.number(std::int64_t{static_cast<unsigned char>(c)});
    json.end_array();
}

}  // namespace

void append_logprob_item(std::string& out, std::string_view token, std::size_t top) {
    // The chosen token is the likeliest one, and each alternative half as likely as the one before.
    const double chosen = -0.001 * static_cast<double>(fnv1a(token) % 690);
    JsonWriter json(out);
    json.begin_object();
    write_entry(json, token, chosen);
    json.key("top_logprobs").begin_array();
    for (std::size_t i = 0; i < top; ++i) {
        const std::string alternative = i == 0 ? std::string(token) : " alternative" + std::to_string(i);
        json.begin_object();
        write_entry(json, alternative, chosen - 0.75 * static_cast<double>(i));
        json.end_object();
    }
    json.end_array().end_object();
}

}  // namespace breakwater::sim
