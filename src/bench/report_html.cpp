#include <fmt/format.h>

#include "breakwater/bench/report.hpp"
#include "charts.hpp"

namespace breakwater::bench {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2430; --soft: #68717f; --line: #d9dde3; --paper: #fff;
  --s0: #0b6bcb; --s1: #d9480f; --s2: #2b8a3e; --s3: #862e9c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eaef; --soft: #9aa4b2; --line: #333b47; --paper: #14181e;
  --s0: #5aa9ff; --s1: #ff8a5b; --s2: #69c77c; --s3: #d08ae6; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 900px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.3em; overflow-wrap: anywhere; }
pre { font: 13px/1.45 ui-monospace, monospace; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: 1em; }
svg { width: 100%; height: auto; margin: 1em 0; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
svg .x { text-anchor: middle; } svg .y { text-anchor: end; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg polyline { fill: none; stroke-linejoin: round; }
.s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); } .s3 { stroke: var(--s3); }
svg .s0, svg .s1, svg .s2, svg .s3 { stroke-width: 2; }
)";

}  // namespace

std::string to_html(const Results& results) {
    std::string charts = draw(percentile_chart(results)) + draw(rate_chart(results)) + draw(latency_chart(results));
    if (results.stream) charts += draw(event_chart(results));
    // Written so that it is well-formed XML as well, which anything can read.
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
        "<meta name=\"viewport\" content=\"width=device-width\"/><title>Benchmark of {0}</title>"
        "<style>{1}</style></head>\n<body>\n<h1>Benchmark of {0}</h1>\n<pre>{2}</pre>\n{3}</body></html>\n",
        escape_markup(results.url), kStyle, escape_markup(to_table(results)), charts);
}

}  // namespace breakwater::bench
