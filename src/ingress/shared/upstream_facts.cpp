#include "upstream_facts.hpp"

namespace breakwater::ingress {

void write_known(JsonWriter& json, std::string_view name, std::string_view value) {
    if (!value.empty()) json.field(name, value);
}

void write_upstream(JsonWriter& json, const UpstreamFacts& facts) {
    json.key("provider").begin_object();
    if (facts.status != 0) json.field("status", facts.status);
    write_known(json, "type", facts.type);
    write_known(json, "code", facts.code);
    write_known(json, "message", facts.message);
    write_known(json, "request_id", facts.request_id);
    json.end_object();
}

}  // namespace breakwater::ingress
