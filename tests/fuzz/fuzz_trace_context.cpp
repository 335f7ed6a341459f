// Properties: what is read of a trace context goes out as something that is read the same, whatever came in; a state is
// short and has no byte that a header could not carry. The input is fields: the first line is a traceparent, each other
// one a tracestate.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/trace_context.hpp"

namespace {

using namespace breakwater;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    Headers headers;
    for (const std::string_view line : split(bytes, '\n'))
        headers.add(headers.size() == 0 ? "traceparent" : "tracestate", line);
    const auto context = read_trace_context(headers);
    if (!context) return 0;
    const auto plain = [](char c) { return c >= ' ' && c <= '~'; };
    if (context->state.size() > 512 || !std::ranges::all_of(context->state, plain)) std::abort();
    Headers written;
    set_trace_context(written, *context, context->parent_id);
    if (written.get("traceparent").size() != 55 || read_trace_context(written) != context) std::abort();
    return 0;
}
