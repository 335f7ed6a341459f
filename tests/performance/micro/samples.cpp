#include "samples.hpp"

#include <charconv>

namespace bench {

std::string request_body(std::size_t bytes) {
    std::string body = R"({"model":"gpt-bench","temperature":0.7,"messages":[)"
                       R"({"role":"system","content":"You are a helpful assistant.\nAnswer briefly."})";
    for (bool user = true; body.size() + 2 < bytes; user = !user) {
        body += user ? R"(,{"role":"user","content":")" : R"(,{"role":"assistant","content":")";
        body += R"(What people write has some \"quotes\" and\nline ends in it, and most of it is plain text. )";
        body +=
            R"(Here is more of that, so that a message has the length that messages have: two or three sentences."})";
    }
    return body + "]}";
}

std::string stream_body(Dialect dialect, unsigned events) {
    std::string_view rest = whole_response({.kind = Script::Kind::burst, .dialect = dialect, .events = events});
    rest.remove_prefix(rest.find("\r\n\r\n") + 4);
    std::string body;
    while (true) {
        std::size_t size = 0;
        std::from_chars(rest.data(), rest.data() + rest.size(), size, 16);
        if (size == 0) return body;
        const std::size_t start = rest.find("\r\n") + 2;
        body += rest.substr(start, size);
        rest.remove_prefix(start + size + 2);
    }
}

}  // namespace bench
