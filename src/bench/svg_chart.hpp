#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwater::bench {

/// A mark on an axis: where, in the units of the points, and what it says.
struct Tick {
    double at = 0;
    std::string label{};
};

/// One line of a chart, from left to right.
struct Series {
    std::string name{};
    std::vector<std::pair<double, double>> points{};
};

/// A line chart. Axes are linear from their first tick to their last, at least two each; scales of other kinds are made
/// by transforming points and ticks. Points beyond the axes are moved to their ends.
struct Chart {
    std::string title{};
    std::string x_title{};
    std::vector<Tick> x_ticks{};
    std::vector<Tick> y_ticks{};
    std::vector<Series> series{};
};

/// The chart as an SVG element with a legend; colours come from the classes s0, s1 ... of the page.
std::string draw(const Chart& chart);
/// Round steps from 0 until `max` is covered.
std::vector<Tick> linear_ticks(double max);
/// Text as it stands in HTML and XML.
std::string escape_markup(std::string_view text);

}  // namespace breakwater::bench
