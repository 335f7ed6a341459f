#include "model_name.hpp"

namespace breakwater::ingress {
namespace {

// No model's name is nearly as long, and what compares, counts or logs a name must not pay for a body's worth of it.
constexpr std::size_t kModelBytesMax = 256;

}  // namespace

bool read_model_name(const Value& value, std::string& out) {
    if (!value.read(out)) return false;
    if (out.size() > kModelBytesMax) return value.fail("string_above_max_length", "expected at most 256 bytes");
    return !out.empty() || value.wrong_value("the name of a model");
}

}  // namespace breakwater::ingress
