#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/config/loader.hpp"
#include "source_text.hpp"

namespace breakwater::config {

/// Collects what is wrong with a file. Source lines are shown with the secrets in them covered.
class Problems {
public:
    /// `source` is borrowed.
    Problems(std::string file, const SourceText& source) : file_(std::move(file)), source_(source) {}

    void add(Mark mark, std::string message, std::string hint = {});
    /// `secret` stands literally in the file: no shown line may contain it.
    void hide(std::string_view secret);
    [[nodiscard]] bool empty() const noexcept { return found_.empty(); }
    /// In file order, each once, with their source lines.
    [[nodiscard]] std::vector<Problem> take();

private:
    [[nodiscard]] std::string shown_line(int number) const;

    std::string file_;
    const SourceText& source_;
    std::vector<Problem> found_;
    std::vector<std::string> secrets_;
    std::size_t suppressed_ = 0;
};

}  // namespace breakwater::config
