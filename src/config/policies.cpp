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
    if (section.find("after_commit") != nullptr) policies.after_commit = {AfterCommit::error};
    section.word("adapt", policies.adapt,
                 {{"strict", AdaptMode::strict}, {"adapt", AdaptMode::adapt}, {"drop", AdaptMode::drop}});
    read_preference(section, path, policies.prefer, context);
    if (section.find("affinity") != nullptr) section.boolean("affinity", policies.affinity.emplace());
    read_constraints(section, path, policies.constraints, context);
}

}  // namespace breakwater::config
