#include "extra_fields.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bedrock {

namespace {

class ExtraFields {
public:
    /// The members of the client's object, if it is one.
    void take(std::string_view json) {
        JsonReader reader;
        const Result<JsonReader::Element> parsed = reader.parse(json);
        JsonReader::Object object;
        if (!parsed || !parsed->get(object)) return;
        for (const auto& [key, value] : object) add(key, to_json(value));
    }
    /// Unless a field of that name is there.
    void add(std::string_view key, std::string json) {
        if (std::ranges::find(fields_, key, &Field::first) == fields_.end()) fields_.emplace_back(key, std::move(json));
    }
    void write(JsonWriter& writer) const {
        if (fields_.empty()) return;
        writer.key("additionalModelRequestFields").begin_object();
        for (const auto& [key, json] : fields_) writer.raw_field(key, json);
        writer.end_object();
    }

private:
    using Field = std::pair<std::string, std::string>;
    std::vector<Field> fields_;
};

std::string_view extension(const ChatRequest& request, std::string_view name) {
    const auto found =
        std::ranges::find(request.extensions, name, [](const auto& member) { return std::string_view(member.first); });
    return found == request.extensions.end() ? std::string_view() : std::string_view(found->second);
}

void add_claude(ExtraFields& fields, const Thinking& thinking, bool one_at_a_time) {
    std::string object;
    JsonWriter writer(object);
    writer.begin_object();
    write_thinking(writer, thinking);
    writer.end_object();
    fields.take(object);
    if (!thinking.effort.empty()) fields.add("output_config", R"({"effort":")" + thinking.effort + R"("})");
    if (one_at_a_time) fields.add("tool_choice", R"({"type":"auto","disable_parallel_tool_use":true})");
}

void add_top_k(ExtraFields& fields, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    if (!request.sampling.top_k) return;
    const std::string value = std::to_string(*request.sampling.top_k);
    const bool refused = plan.reasoning.claude.on || plan.reasoning.plain_only;
    if (plan.family == Family::claude && !refused) {
        fields.add("top_k", value);
    } else if ((plan.family == Family::nova || plan.family == Family::nova_2) && !refused) {
        fields.add("inferenceConfig", R"({"topK":)" + value + "}");
    } else {
        notes.change("top_k", AdaptAction::dropped);
    }
}

}  // namespace

void write_extra_fields(JsonWriter& writer, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    ExtraFields fields;
    fields.take(extension(request, kExtraFields));
    if (plan.family == Family::claude) {
        add_claude(fields, plan.reasoning.claude, plan.tools.one_at_a_time);
        if (const std::string_view beta = extension(request, kBetaMember); !beta.empty())
            fields.add(kBetaMember, std::string(beta));
    } else if (!plan.reasoning.key.empty()) {
        fields.add(plan.reasoning.key, plan.reasoning.value);
    }
    add_top_k(fields, request, plan, notes);
    fields.write(writer);
}

}  // namespace breakwater::bedrock
