#include "model_name.hpp"

namespace breakwater::ingress {

bool read_model_name(const Value& value, std::string& out) {
    if (!value.read(out)) return false;
    if (out.size() > kModelBytesMax) return value.fail("string_above_max_length", "expected at most 256 bytes");
    return !out.empty() || value.wrong_value("the name of a model");
}

}  // namespace breakwater::ingress
