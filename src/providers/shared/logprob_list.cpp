#include "logprob_list.hpp"

#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

bool write_logprob_list(std::string& out, JsonElement tokens) {
    if (JsonArray(tokens).size() == 0) return false;
    out = "{\"content\":";
    append_json(out, tokens);
    out += '}';
    return true;
}

}  // namespace breakwater
