#include "breakwater/exchange/upload.hpp"

#include <utility>

namespace breakwater {

Task<BoxedResult<std::string_view>> Upload::read(Deadline deadline) {
    BoxedResult<std::string_view> bytes = co_await body_.read(deadline);
    if (!bytes) co_return bytes;
    passed_on_ = true;
    if (Result<void> good = judge(*bytes); !good) co_return std::unexpected(std::move(good.error()));
    co_return bytes;
}

// Whether the form is whole is known with its last bytes, and before they go on.
Result<void> Upload::judge(std::string_view bytes) {
    if (!judge_ || judged_) return {};
    if (auto good = judge_->take(bytes); !good) return good;
    judged_ = bytes.empty() || body_.ended();
    return judged_ ? judge_->end() : Result<void>();
}

}  // namespace breakwater
