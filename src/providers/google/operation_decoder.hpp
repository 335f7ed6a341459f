#pragma once

#include "../shared/whole_answer.hpp"
#include "errors.hpp"

namespace breakwater::google {

/// An answer that comes as a whole, of an operation other than chat, whose errors are those of the API.
class OperationDecoder : public WholeAnswerDecoder {
protected:
    using WholeAnswerDecoder::WholeAnswerDecoder;
    [[nodiscard]] Error answer_error(std::string_view body) const final {
        return google::answer_error(body, context());
    }
};

}  // namespace breakwater::google
