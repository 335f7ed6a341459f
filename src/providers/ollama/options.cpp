#include "options.hpp"

#include <algorithm>
#include <string>

#include "../shared/extensions.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::ollama {

namespace {

/// The options that the client sent as such, by name.
class OwnOptions {
public:
    OwnOptions(const ChatRequest& request, EncodeNotes& notes) {
        const JsonText* member = find_extension(request, kOptionsMember);
        if (member == nullptr) return;
        const Result<JsonReader::Element> root = reader_.parse(*member);
        present_ = root && root->get(object_);
        if (present_) return;
        notes.reject(Error(ErrorKind::invalid_request, "options: expected an object.", std::string(kOptionsMember)));
    }

    [[nodiscard]] bool has(std::string_view name) const {
        return present_ && std::ranges::any_of(object_, [&](const auto field) { return field.key == name; });
    }

    void write(JsonWriter& writer) const {
        if (!present_) return;
        for (const auto field : object_) writer.raw_field(field.key, to_json(field.value));
    }

private:
    JsonReader reader_;
    JsonReader::Object object_;
    bool present_ = false;
};

template <class Value>
void write_option(JsonWriter& writer, const OwnOptions& own, std::string_view name, const std::optional<Value>& value) {
    if (value && !own.has(name)) writer.field(name, *value);
}

void write_stop(JsonWriter& writer, const OwnOptions& own, const std::vector<std::string>& stop) {
    if (stop.empty() || own.has("stop")) return;
    writer.key("stop").begin_array();
    for (const std::string& sequence : stop) writer.string(sequence);
    writer.end_array();
}

}  // namespace

bool is_option(std::string_view name) noexcept {
    static constexpr std::string_view kNames[] = {"min_p",       "typical_p", "repeat_penalty", "repeat_last_n",
                                                  "num_predict", "num_ctx",   "num_keep"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

void write_options(JsonWriter& writer, const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes) {
    const OwnOptions own(request, notes);
    const Sampling& sampling = request.sampling;
    writer.key("options").begin_object();
    // The server's own default is a few thousand tokens, whatever the model can do.
    if (find_extension(request, "num_ctx") == nullptr) write_option(writer, own, "num_ctx", deployment.facts.context);
    if (find_extension(request, "num_predict") == nullptr) write_option(writer, own, "num_predict", request.max_tokens);
    write_option(writer, own, "temperature", sampling.temperature);
    write_option(writer, own, "top_p", sampling.top_p);
    write_option(writer, own, "top_k", sampling.top_k);
    write_option(writer, own, "frequency_penalty", sampling.frequency_penalty);
    write_option(writer, own, "presence_penalty", sampling.presence_penalty);
    write_option(writer, own, "seed", sampling.seed);
    write_stop(writer, own, sampling.stop);
    for (const auto& [name, value] : request.extensions) {
        if (is_option(name) && value != "null" && !own.has(name)) writer.raw_field(name, value);
    }
    own.write(writer);
    writer.end_object();
}

}  // namespace breakwater::ollama
