#pragma once

#include <cstddef>
#include <set>
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

    void add(Mark mark, std::string_view message, std::string_view hint = {});
    /// No shown line may contain `secret`, and no message when it is too long for one of our own words.
    void hide(std::string_view secret);
    /// The value that starts at `mark` is shown in no line.
    void hide_at(Mark mark) { hidden_places_.push_back(mark); }
    [[nodiscard]] bool empty() const noexcept { return found_.empty(); }
    /// In file order, each once, with their source lines.
    [[nodiscard]] std::vector<Problem> take();

private:
    /// So that a secret is covered before another one that is a part of it.
    struct LongestFirst {
        bool operator()(const std::string& a, const std::string& b) const noexcept {
            return a.size() != b.size() ? a.size() > b.size() : a < b;
        }
    };

    [[nodiscard]] std::string shown_line(int number) const;
    void cover_messages();

    std::string file_;
    const SourceText& source_;
    std::vector<Problem> found_;
    std::vector<Mark> hidden_places_;
    std::set<std::string, LongestFirst> secrets_;
    std::size_t suppressed_ = 0;
};

}  // namespace breakwater::config
