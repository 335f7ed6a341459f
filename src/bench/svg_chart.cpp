#include "svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace breakwater::bench {

namespace {

constexpr double kWidth = 860, kHeight = 300;
constexpr double kLeft = 70, kRight = 20, kTop = 46, kBottom = 46;

/// Values of one axis to pixels.
struct Axis {
    double from, to, pixel_from, pixel_to;
    [[nodiscard]] double operator()(double value) const {
        const double share = to > from ? std::clamp((value - from) / (to - from), 0.0, 1.0) : 0;
        return pixel_from + share * (pixel_to - pixel_from);
    }
};

void add_grid(std::string& out, const Chart& chart, const Axis& x, const Axis& y) {
    for (const Tick& tick : chart.x_ticks) {
        out += fmt::format(R"(<line class="grid" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/>)", x(tick.at), kTop,
                           kHeight - kBottom);
        out += fmt::format(R"(<text class="x" x="{:.1f}" y="{}">{}</text>)", x(tick.at), kHeight - kBottom + 16,
                           escape_markup(tick.label));
    }
    for (const Tick& tick : chart.y_ticks) {
        out += fmt::format(R"(<line class="grid" x1="{1}" y1="{0:.1f}" x2="{2}" y2="{0:.1f}"/>)", y(tick.at), kLeft,
                           kWidth - kRight);
        out += fmt::format(R"(<text class="y" x="{}" y="{:.1f}">{}</text>)", kLeft - 8, y(tick.at) + 4,
                           escape_markup(tick.label));
    }
    out += fmt::format(R"(<text class="x" x="{}" y="{}">{}</text>)", (kLeft + kWidth - kRight) / 2, kHeight - 10,
                       escape_markup(chart.x_title));
}

/// `from_right` is the place in the legend, which stands in one row at the top right.
void add_line(std::string& out, const Series& series, std::size_t number, std::size_t from_right, const Axis& x,
              const Axis& y) {
    out += fmt::format(R"(<polyline class="s{}" points=")", number);
    for (const auto& [px, py] : series.points) out += fmt::format("{:.1f},{:.1f} ", x(px), y(py));
    out += "\"/>";
    const double at = kWidth - kRight - 110.0 * static_cast<double>(from_right);
    out += fmt::format(R"(<line class="s{0}" x1="{1:.1f}" y1="18" x2="{2:.1f}" y2="18"/>)", number, at, at + 22);
    out += fmt::format(R"(<text x="{:.1f}" y="22">{}</text>)", at + 28, escape_markup(series.name));
}

}  // namespace

std::string draw(const Chart& chart) {
    const Axis x{chart.x_ticks.front().at, chart.x_ticks.back().at, kLeft, kWidth - kRight};
    const Axis y{chart.y_ticks.front().at, chart.y_ticks.back().at, kHeight - kBottom, kTop};
    std::string out =
        fmt::format(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img">)", kWidth, kHeight);
    out += fmt::format(R"(<title>{0}</title><text class="title" x="{1}" y="22">{0}</text>)", escape_markup(chart.title),
                       kLeft);
    add_grid(out, chart, x, y);
    for (std::size_t i = 0; i < chart.series.size(); ++i)
        add_line(out, chart.series[i], i, chart.series.size() - i, x, y);
    return out + "</svg>\n";
}

std::vector<Tick> linear_ticks(double max) {
    constexpr double kSteps = 6;
    if (!(max > 0)) max = 1;
    const double power = std::pow(10, std::floor(std::log10(max / kSteps)));
    double step = power * 10;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power * kSteps >= max) {
            step = factor * power;
            break;
        }
    }
    std::vector<Tick> ticks;
    for (int i = 0; i == 0 || ticks.back().at < max; ++i) ticks.push_back({step * i, fmt::format("{:.6g}", step * i)});
    return ticks;
}

std::string escape_markup(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                // Control characters are not allowed in XML at all.
                out += static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t' ? ' ' : c;
        }
    }
    return out;
}

}  // namespace breakwater::bench
