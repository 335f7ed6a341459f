#include "upstream_facts.hpp"

#include "json_fields.hpp"

namespace breakwater::ingress {

void write_upstream(JsonWriter& json, const UpstreamFacts& facts) {
    json.key("metadata").begin_object();
    if (facts.status != 0) json.field("status", facts.status);
    write_known(json, "type", facts.type);
    write_known(json, "code", facts.code);
    write_known(json, "message", facts.message);
    write_known(json, "request_id", facts.request_id);
    json.end_object();
}

}  // namespace breakwater::ingress
