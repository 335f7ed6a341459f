#include "told_format.hpp"

#include "breakwater/wire/json_reader.hpp"
#include "instructions.hpp"
#include "json_schema.hpp"

namespace breakwater {

bool tells_format(const ChatRequest& request, const Deployment& deployment) noexcept {
    const Support schema = deployment.capabilities.feature(Feature::json_schema);
    switch (request.response_format.kind) {
        case ResponseFormat::Kind::unset:
        case ResponseFormat::Kind::text:
            return false;
        case ResponseFormat::Kind::json_object:
            return deployment.capabilities.feature(Feature::json_object) == Support::emulated &&
                   (schema == Support::emulated || schema == Support::absent);
        case ResponseFormat::Kind::json_schema:
            return schema == Support::emulated;
    }
    return false;
}

std::string told_format(const ChatRequest& request, const Deployment& deployment) {
    return tells_format(request, deployment) ? json_instruction(request.response_format.schema) : std::string();
}

bool joins_json_mode(const ChatRequest& request, const Deployment& deployment) {
    const Support mode = deployment.capabilities.feature(Feature::json_object);
    if (mode != Support::native && mode != Support::unknown) return false;
    if (request.response_format.schema.empty()) return true;
    JsonReader reader;
    const auto schema = reader.parse(request.response_format.schema);
    return schema && json_schema::wants_objects(*schema);
}

}  // namespace breakwater
