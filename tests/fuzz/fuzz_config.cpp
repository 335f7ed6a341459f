// Property: a configuration is loaded, or refused with at least one problem that can be shown.
#include <cstdlib>

#include "breakwater/config/loader.hpp"
#include "breakwater/providers/provider.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    static const config::Environment environment{
        .variable = [](const std::string&) { return std::optional<std::string>("a-value-0123456789"); },
        .read_file = [](const std::string&) { return std::expected<std::string, std::string>("secret-0123456789"); },
        .dialects = dialect_infos(),
        .catalog = &Catalog::builtin()};
    const auto loaded = config::load_text({reinterpret_cast<const char*>(data), size}, "fuzzed.yaml", environment);
    if (loaded) return 0;
    if (loaded.error().empty()) std::abort();
    for (const config::Problem& problem : loaded.error()) {
        if (config::to_string(problem).empty()) std::abort();
    }
    return 0;
}
