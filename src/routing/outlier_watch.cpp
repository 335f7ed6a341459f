#include "breakwater/routing/outlier_watch.hpp"

#include <algorithm>

namespace breakwater {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kPeriod{1};
/// What schedulers and networks do to any latency.
constexpr milliseconds kSpreadLeast{50};
constexpr int kDoublingsMax = 4;

Duration median(std::vector<Duration>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

struct Measured {
    OutlierWatch::Peer peer;
    DeploymentHealth::Spread spread;
};

/// Whether one of them stands out against all the others.
bool is_outlier(std::span<const Measured> measured, std::size_t one, double factor) {
    std::vector<Duration> spreads;
    std::vector<Duration> p95s;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        if (i == one) continue;
        spreads.push_back(measured[i].spread.p50_to_p95);
        p95s.push_back(measured[i].spread.p95);
    }
    if (spreads.empty()) return false;
    const auto& own = measured[one].spread;
    const double usual = static_cast<double>(std::max<Duration>(median(spreads), kSpreadLeast).count());
    return static_cast<double>(own.p50_to_p95.count()) > factor * usual && own.p95 > median(p95s);
}

}  // namespace

bool OutlierWatch::is_aside(std::uint32_t index, TimePoint now) const noexcept {
    return std::ranges::any_of(records_, [&](const Aside& each) { return each.index == index && each.until > now; });
}

OutlierWatch::Aside& OutlierWatch::record(std::uint32_t index) {
    const auto found = std::ranges::find(records_, index, &Aside::index);
    return found != records_.end() ? *found : records_.emplace_back(index, TimePoint::min(), 0);
}

void OutlierWatch::judge(std::span<const Peer> peers, const config::Outliers& policy, bool stream, SizeClass size,
                         TimePoint now) {
    due_ = now + kPeriod;
    std::vector<Measured> measured;
    std::size_t aside = 0;
    for (const Peer& peer : peers) {
        if (is_aside(peer.index, now)) {
            ++aside;
        } else if (const auto spread = peer.health->spread(stream, size, now)) {
            measured.push_back({peer, *spread});
        }
    }
    const auto most = std::min<std::size_t>(
        static_cast<std::size_t>(policy.share * static_cast<double>(peers.size()) + 1e-9), peers.size() - 1);
    // The worst first, for there may not be room for all.
    std::ranges::sort(measured, std::ranges::greater{}, [](const Measured& each) { return each.spread.p50_to_p95; });
    std::vector<Measured> out;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        if (is_outlier(measured, i, policy.spread)) out.push_back(measured[i]);
    }
    for (const Measured& each : out) {
        if (++aside > most) break;
        Aside& put = record(each.peer.index);
        // One that was steady for as long as it had been aside begins anew.
        const Duration before = policy.aside * (1 << std::min(std::max(put.times - 1, 0), kDoublingsMax));
        put.times = put.until != TimePoint::min() && now - put.until < before ? put.times + 1 : 1;
        put.until = now + policy.aside * (1 << std::min(put.times - 1, kDoublingsMax));
        each.peer.health->forget_latencies(stream, size);
    }
}

}  // namespace breakwater
