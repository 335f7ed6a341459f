#include "sections.hpp"

namespace breakwater::config {
namespace {

void read_timeouts(MapReader map, AttemptTimeouts& timeouts) {
    map.duration("connect", timeouts.connect);
    map.duration("head", timeouts.head);
    map.duration("first_token", timeouts.first_token);
    map.duration("gap", timeouts.gap);
    map.duration("total", timeouts.total);
}

void read_retry(MapReader map, Retry& retry, LoadContext& context) {
    if (const auto value = map.integer("attempts")) retry.attempts = static_cast<int>(*value);
    if (const auto value = map.integer("same")) retry.same = static_cast<int>(*value);
    map.share("budget", retry.budget);
    map.rate("budget_floor", retry.budget_floor_per_second);
    map.duration("backoff_min", retry.backoff_min);
    map.duration("backoff_max", retry.backoff_max);
    map.duration("retry_after_max", retry.retry_after_max);
    if (retry.backoff_min <= retry.backoff_max) return;
    const bool max_is_set = map.find("backoff_max") != nullptr;
    context.problems.add(map.mark(max_is_set ? "backoff_max" : "backoff_min"),
                         "`backoff_min` is longer than `backoff_max`",
                         "the pause grows from `backoff_min` to `backoff_max`");
}

/// `on`, `off`, or a map, which means on; what is returned has nothing in it otherwise.
MapReader read_switch(MapReader section, std::string_view key, bool& enabled) {
    section.word(key, enabled, {{"on", true}, {"off", false}});
    const MapReader map = section.map(key);
    if (map.node() == nullptr || map.node()->kind != Node::Kind::map) return MapReader(nullptr);
    enabled = true;
    return map;
}

void read_breaker(MapReader section, Breaker& breaker) {
    const MapReader map = read_switch(section, "breaker", breaker.enabled);
    map.share("errors", breaker.errors);
    map.duration("window", breaker.window);
    map.duration("probe_after", breaker.probe_after);
    if (const auto value = map.integer("min_requests")) breaker.min_requests = static_cast<int>(*value);
    if (const auto value = map.integer("consecutive")) breaker.consecutive = static_cast<int>(*value);
}

void read_hedge(MapReader section, Hedge& hedge) {
    const MapReader map = read_switch(section, "hedge", hedge.enabled);
    if (const Node* after = map.find("after")) {
        milliseconds span{0};
        map.duration("after", span);
        hedge.after = after->text == "p95" ? std::nullopt : std::optional(span);
    }
    map.share("budget", hedge.budget);
    map.rate("budget_floor", hedge.budget_floor_per_second);
    if (const auto cost = map.number("max_cost")) hedge.max_cost_usd = cost;
}

void read_queue(MapReader section, Queue& queue) {
    const MapReader map = read_switch(section, "queue", queue.enabled);
    if (const auto value = map.integer("size")) queue.size = static_cast<std::uint32_t>(*value);
    map.duration("wait", queue.wait);
}

void read_outliers(MapReader section, Outliers& outliers) {
    const MapReader map = read_switch(section, "outliers", outliers.enabled);
    if (const auto spread = map.number("spread")) outliers.spread = *spread;
    map.share("share", outliers.share);
    map.duration("aside", outliers.aside);
}

AfterCommit after_commit_from(std::string_view word) {
    if (word == "continue") return AfterCommit::resume;
    if (word == "restart") return AfterCommit::restart;
    if (word == "hold") return AfterCommit::hold;
    return AfterCommit::error;
}

std::vector<AfterCommit> read_after_commit(MapReader section, const std::string& path, LoadContext& context) {
    std::vector<AfterCommit> policies;
    for (const Node* word : section.list("after_commit")) {
        policies.push_back(after_commit_from(word->text));
        if (policies.back() != AfterCommit::hold || policies.size() == 1) continue;
        context.problems.add(word->mark, "`" + path + ".after_commit`: `hold` behind another policy does nothing",
                             "write it first: what has gone out cannot be kept back any more");
    }
    if (policies.empty()) policies.push_back(AfterCommit::error);
    return policies;
}

void read_preference(MapReader section, const std::string& path, Preference& prefer, LoadContext& context) {
    const Node* node = section.find("prefer");
    if (node == nullptr) return;
    prefer = {};
    if (node->kind == Node::Kind::scalar) {
        section.word("prefer", prefer.objective,
                     {{"order", Objective::order},
                      {"weighted", Objective::weighted},
                      {"cost", Objective::cost},
                      {"latency", Objective::latency},
                      {"quality", Objective::quality}});
        return;
    }
    const MapReader shares(node);
    prefer = {Objective::mix, shares.number("cost").value_or(0), shares.number("latency").value_or(0),
              shares.number("quality").value_or(0)};
    if (prefer.cost + prefer.latency + prefer.quality > 0 || node->partial || !context.complete) return;
    context.problems.add(node->mark, "`" + path + ".prefer`: no share is above 0",
                         "write shares such as { cost: 0.7, latency: 0.3 }");
}

}  // namespace

void read_policies(MapReader section, const std::string& path, Policies& policies, LoadContext& context) {
    read_timeouts(section.map("timeouts"), policies.timeouts);
    if (section.find("retry") != nullptr) read_retry(section.map("retry"), policies.retry, context);
    read_breaker(section, policies.breaker);
    read_hedge(section, policies.hedge);
    read_queue(section, policies.queue);
    read_outliers(section, policies.outliers);
    if (section.find("after_commit") != nullptr) {
        policies.after_commit = read_after_commit(section, path, context);
    }
    section.word("adapt", policies.adapt,
                 {{"strict", AdaptMode::strict}, {"adapt", AdaptMode::adapt}, {"drop", AdaptMode::drop}});
    read_preference(section, path, policies.prefer, context);
    if (section.find("affinity") != nullptr) section.boolean("affinity", policies.affinity.emplace());
    read_constraints(section, path, policies.constraints, context);
}

}  // namespace breakwater::config
