#include "breakwater/base/task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace breakwater {
namespace {

Task<int> twice(Completion<int>& source) {
    const int value = co_await source;
    co_return value * 2;
}

Task<void> store(Completion<int>& source, int& out) {
    out = co_await twice(source);
}

Task<void> broken() {
    throw std::runtime_error("bug");
    co_return;
}

constexpr auto kNoException = [](const std::exception_ptr&) { ADD_FAILURE(); };

TEST(Task, WaitsForACompletionAndHandsTheResultUp) {
    Completion<int> source;
    int out = 0;
    spawn(store(source, out), kNoException);
    EXPECT_EQ(out, 0);
    source.complete(21);
    EXPECT_EQ(out, 42);
}

TEST(Task, DoesNotWaitForWhatIsThere) {
    Completion<int> source;
    source.complete(1);
    int out = 0;
    spawn(store(source, out), kNoException);
    EXPECT_EQ(out, 2);
}

TEST(Task, HandsAnEscapedExceptionToTheSpawner) {
    std::string what;
    spawn(broken(), [&](const std::exception_ptr& escaped) {
        try {
            std::rethrow_exception(escaped);
        } catch (const std::runtime_error& error) {
            what = error.what();
        }
    });
    EXPECT_EQ(what, "bug");
}

}  // namespace
}  // namespace breakwater
