// Property: the parts of a form lie in its body, one behind the other, and with its end they are the whole of it; or it
// is refused with a message. The boundary is what stands in the first line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "breakwater/wire/multipart.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace breakwater;
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const std::string_view line = body.substr(0, body.find("\r\n"));
    const std::string type =
        "multipart/form-data; boundary=\"" + std::string(line.substr(std::min<std::size_t>(2, line.size())));
    const Result<std::string> boundary = form_boundary(type + "\"");
    if (!boundary) return boundary.error().message.empty() ? std::abort(), 0 : 0;
    if (form_boundary(form_content_type(*boundary)) != *boundary) std::abort();
    const Result<std::vector<FormPart>> parts = read_form(body, *boundary);
    if (!parts) return parts.error().message.empty() ? std::abort(), 0 : 0;
    std::size_t at = 0;
    for (const FormPart& part : *parts) {
        if (part.bytes.data() != body.data() + at || part.name.empty()) std::abort();
        if (part.bytes.find(part.content) == std::string_view::npos) std::abort();
        at += part.bytes.size();
    }
    if (!form_end(*boundary).starts_with(body.substr(at))) std::abort();
    return 0;
}
