#include "body.hpp"

#include <utility>

namespace breakwater::ingress {

std::shared_ptr<SentText> hold_body(std::string& body, ClientDialect dialect) {
    auto held = std::make_shared<SentText>();
    held->dialect = dialect;
    held->body = std::move(body);
    return held;
}

}  // namespace breakwater::ingress
